//! Country codes: the three letters of ISO 3166-1 that property systems write, to the two that
//! everything else uses.

/// Alpha-3 followed by alpha-2, sorted by alpha-3.
const CODES: &str = "\
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT \
AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO \
BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG \
COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO \
DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB \
GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY \
HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT \
JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY \
LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH \
MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA \
NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE \
PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA \
SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR \
SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO \
TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG \
VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW";

/// Codes that are out of use, or that the file writes in two letters.
const ALIASES: &[(&str, [u8; 2])] = &[("CN", *b"CN"), ("TMP", *b"TL")];

/// The two letters of a country code; `None` where nobody knows it.
pub(super) fn alpha_2(code: &str) -> Option<[u8; 2]> {
    if let Some((_, two)) = ALIASES.iter().find(|(alias, _)| *alias == code) {
        return Some(*two);
    }
    let entry = CODES
        .split(' ')
        .find(|entry| entry.strip_prefix(code).is_some_and(|two| two.len() == 2))?;
    entry.as_bytes().get(3..5)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_letters_become_two() {
        let two = |code| alpha_2(code).map(|c| String::from_utf8(c.to_vec()).unwrap());
        assert_eq!(two("PRT").as_deref(), Some("PT"));
        assert_eq!(two("GBR").as_deref(), Some("GB"));
        assert_eq!(two("ZWE").as_deref(), Some("ZW"));
        assert_eq!(two("CN").as_deref(), Some("CN"));
        assert_eq!(two("TMP").as_deref(), Some("TL"));
        for unknown in ["", "P", "PT", "PRTP", "prt", "ZZZ", "PR TP", "é"] {
            assert_eq!(two(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_table_is_whole_and_sorted() {
        let codes: Vec<&str> = CODES.split(' ').collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.iter().all(|c| c.len() == 5) && codes.is_sorted());
    }
}
