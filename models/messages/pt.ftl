# Why an offer, a channel or a moment was chosen, in sentences. See en.ftl.

## What a guest may read of an offer: nothing that the hotel knows of them, nothing of what it is worth.

guest-taste = Escolhido a pensar no que mais aprecia.
guest-affinity = Combina com as suas preferências.
guest-situation = Adequado a este momento da sua estadia.
guest-goes-with = Combina com o que escolheu.
guest-popularity = Um dos favoritos dos nossos hóspedes.
guest-exploration = Uma novidade que talvez lhe agrade.
guest-fallback = Sempre ao seu dispor.
guest-recommended = Recomendado pela nossa equipa.

## What staff may read of an offer.

staff-taste = Adequa-se melhor ao gosto do hóspede do que os outros candidatos.
staff-affinity = Corresponde a uma preferência do hóspede.
staff-situation = Adequa-se à fase da estadia, ao grupo e à hora do dia.
staff-popularity = Aceite mais vezes do que outros por todos os hóspedes.
staff-lever = Impulsionado por uma alavanca da política de decisão.
staff-value = Vale mais do que os outros candidatos.
staff-exploration = Mostrado para aprender como os hóspedes respondem.
staff-fallback = Nada mais era elegível.
staff-guest-value = O hóspede é dos mais importantes para a casa.
staff-goes-with = Muitas vezes escolhido por hóspedes que escolheram o mesmo.

## Why this channel and this moment: for guests, and for staff.

channel-guest-habit = É aqui que costuma ler-nos.
channel-staff-habit = Vale mais, pela forma como este hóspede responde.
channel-guest-segment = Uma boa forma de o contactar a esta hora.
channel-staff-segment = Vale mais, pela forma como responde este segmento; pouco se sabe deste hóspede.
channel-guest-presence = Está connosco aqui neste momento.
channel-staff-presence = O hóspede está neste canal agora.
channel-staff-only-channel = O único canal que nada proíbe.
channel-guest-transaction = Diz respeito à sua reserva.
channel-staff-transaction = A reserva exige-o: dispensa consentimento de marketing, as horas de silêncio valem.
channel-guest-moment = Enviado quando lhe é mais conveniente.
channel-staff-moment = Espera por um momento que vale mais do que agora.
channel-guest-waits = Espera para não o incomodar.
channel-staff-waits = Espera pelo primeiro momento permitido.
channel-staff-exploration = Sorteado para aprender, embora outro canal pareça valer mais.

## Why nothing is sent, for staff.

withheld-no-consent = O hóspede não deu consentimento.
withheld-unreachable = Nenhum endereço ou canal chega ao hóspede.
withheld-do-not-disturb = O hóspede não quer ser incomodado.
withheld-capped = Uma política de contacto está esgotada.
withheld-quiet-hours = As horas de silêncio duram para lá do último momento.
withheld-low-value = O silêncio vale mais do que qualquer contacto.
withheld-not-allowed = Nenhum canal permitido está em uso.
withheld-suppressed = Uma resposta anterior do hóspede afasta-o por algum tempo.
withheld-no-offer = A oferta não pode ser mostrada agora.
withheld-bounced = O único endereço devolve as mensagens.
withheld-masked = O único endereço é de uma agência de viagens, que não leva promoções.
withheld-revoked = O hóspede deixou este canal.
