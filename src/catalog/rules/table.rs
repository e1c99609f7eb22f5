//! The distinct rules of a catalog, each once, with the offers it governs.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use cel::{Env, IdedExpr};

use super::facts::{RuleFacts, Vocabulary};
use super::predicate::Predicate;
use super::{RESIDUAL_TIME_MAX, RESIDUALS_MAX, RULES_MAX, RuleError, lower, residual, scan};
use crate::catalog::bitset::Bitset;
use crate::domain::id::OfferIndex;

/// The rules of a catalog.
pub struct RuleTable {
    vocabulary: Vocabulary,
    lowered: Vec<(Predicate, Governed)>,
    residual: Vec<(IdedExpr, Governed)>,
    /// Operators and functions of the programs.
    env: Arc<Env>,
    /// The rule of each offer, for explanations.
    of_offer: Vec<RuleOf>,
}

/// Which rule an offer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RuleOf {
    Always,
    Lowered(u16),
    Residual(u16),
}

/// What a rule text came to.
enum Compiled {
    Predicate(Predicate),
    Program(IdedExpr),
}

/// The offers a rule governs: the words of a bitset from the first that is not empty to the last.
#[derive(Debug, Default)]
struct Governed {
    start: usize,
    words: Box<[u64]>,
}

impl Governed {
    fn of(offers: &Bitset) -> Self {
        let words = offers.words();
        let start = words.iter().position(|w| *w != 0).unwrap_or(0);
        let end = words.iter().rposition(|w| *w != 0).map_or(start, |last| last + 1);
        Self { start, words: words.get(start..end).unwrap_or_default().into() }
    }

    fn take_out_of(&self, offers: &mut Bitset) {
        let tail = offers.words_mut().get_mut(self.start..).unwrap_or_default();
        for (word, governed) in tail.iter_mut().zip(&self.words) {
            *word &= !governed;
        }
    }

    fn meets(&self, offers: &Bitset) -> bool {
        let tail = offers.words().get(self.start..).unwrap_or_default();
        tail.iter().zip(&self.words).any(|(word, governed)| word & governed != 0)
    }
}

impl fmt::Debug for RuleTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleTable")
            .field("lowered", &self.lowered)
            .field("residual", &self.residual.len())
            .finish_non_exhaustive()
    }
}

impl RuleTable {
    /// Compiles the rules of offers, in catalog order; an empty one is true. The errors come with
    /// the offer's place.
    pub(crate) fn compile<'a>(
        vocabulary: Vocabulary,
        rules: impl ExactSizeIterator<Item = &'a str>,
    ) -> Result<Self, Vec<(usize, RuleError)>> {
        let offers = rules.len();
        let env = Arc::new(Env::default().with_optional_support(false).with_stdlib());
        let mut building = Building::new(offers);
        let mut texts: HashMap<&str, Result<RuleOf, RuleError>> = HashMap::new();
        let mut of_offer = Vec::with_capacity(offers);
        let mut errors = Vec::new();
        for (at, rule) in rules.enumerate() {
            let outcome = texts.entry(rule).or_insert_with(|| {
                building.check_room()?;
                match compile(rule, &env, &vocabulary)? {
                    Compiled::Predicate(predicate) => building.place(predicate),
                    Compiled::Program(tree) => {
                        building.check_room_for_program()?;
                        residual::admit(&env, &tree, &vocabulary, RESIDUAL_TIME_MAX)?;
                        building.place_program(tree)
                    }
                }
            });
            match outcome {
                Ok(rule) => {
                    building.govern(*rule, at);
                    of_offer.push(*rule);
                }
                Err(error) => errors.push((at, error.clone())),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            lowered: building.lowered.into_iter().map(|(p, set)| (p, Governed::of(&set))).collect(),
            residual: building
                .residual
                .into_iter()
                .map(|(p, set)| (p, Governed::of(&set)))
                .collect(),
            vocabulary,
            env,
            of_offer,
        })
    }

    /// Takes out of `offers` those whose rule is not true. Programs run only where they could still
    /// take something out.
    pub(crate) fn retain(&self, facts: &RuleFacts<'_>, offers: &mut Bitset) {
        for (predicate, governed) in &self.lowered {
            if predicate.holds(facts) != Some(true) {
                governed.take_out_of(offers);
            }
        }
        for (program, governed) in &self.residual {
            if governed.meets(offers)
                && !residual::holds(&self.env, program, facts, &self.vocabulary)
            {
                governed.take_out_of(offers);
            }
        }
    }

    /// Is the rule of an offer true?
    pub(crate) fn holds(&self, offer: OfferIndex, facts: &RuleFacts<'_>) -> bool {
        match self.of_offer.get(offer.at()) {
            None | Some(RuleOf::Always) => true,
            Some(RuleOf::Lowered(at)) => self
                .lowered
                .get(usize::from(*at))
                .is_none_or(|(predicate, _)| predicate.holds(facts) == Some(true)),
            Some(RuleOf::Residual(at)) => {
                self.residual.get(usize::from(*at)).is_none_or(|(program, _)| {
                    residual::holds(&self.env, program, facts, &self.vocabulary)
                })
            }
        }
    }

    /// Distinct rules that became predicates.
    pub fn lowered_count(&self) -> usize {
        self.lowered.len()
    }

    /// Distinct rules that stayed programs.
    pub fn residual_count(&self) -> usize {
        self.residual.len()
    }
}

/// Compiles one rule.
fn compile(rule: &str, env: &Arc<Env>, vocabulary: &Vocabulary) -> Result<Compiled, RuleError> {
    if rule.trim().is_empty() {
        return Ok(Compiled::Predicate(Predicate::Constant(true)));
    }
    scan::scan(rule)?;
    let (tree, source) = env.parser().parse_with_source_info(rule).map_err(|errors| {
        let first = errors.errors.first();
        let (line, column) = first.map_or((1, 1), |e| e.pos);
        let message = first.map_or("is not a rule", |e| e.msg.as_str());
        RuleError::new(place(rule, line, column), format!("is not CEL: {}", plain(message)))
    })?;
    let lowered = lower::lower(&tree, &source, vocabulary)?;
    Ok(lowered.map_or(Compiled::Program(tree), Compiled::Predicate))
}

/// The parser's message without its list of every sign it would have liked.
fn plain(message: &str) -> &str {
    let message = message.trim_start_matches("Syntax error: ");
    message.split_once(" expecting {").map_or(message, |(before, _)| before)
}

/// Characters before a line and column of the parser (both from 1).
fn place(rule: &str, line: isize, column: isize) -> usize {
    let (line, column) = (usize::try_from(line).unwrap_or(1), usize::try_from(column).unwrap_or(1));
    let before: usize =
        rule.split_inclusive('\n').take(line.saturating_sub(1)).map(|l| l.chars().count()).sum();
    before + column.saturating_sub(1)
}

/// Distinct rules while a table is built.
struct Building {
    offers: usize,
    lowered: Vec<(Predicate, Bitset)>,
    known: HashMap<Predicate, RuleOf>,
    residual: Vec<(IdedExpr, Bitset)>,
}

impl Building {
    fn new(offers: usize) -> Self {
        Self { offers, lowered: Vec::new(), known: HashMap::new(), residual: Vec::new() }
    }

    /// Each distinct rule costs every decision some nanoseconds, and each program some
    /// microseconds.
    fn check_room(&self) -> Result<(), RuleError> {
        if self.lowered.len() < RULES_MAX {
            return Ok(());
        }
        let problem =
            format!("is one of more than {RULES_MAX} distinct rules; give offers the same rule");
        Err(RuleError::new(0, problem))
    }

    fn check_room_for_program(&self) -> Result<(), RuleError> {
        if self.residual.len() < RESIDUALS_MAX {
            return Ok(());
        }
        let problem = format!(
            "is one of more than {RESIDUALS_MAX} distinct rules that are slow; compare variables \
             with literals only, or give offers the same rule"
        );
        Err(RuleError::new(0, problem))
    }

    /// Finds the rule that says the same, or adds it.
    fn place(&mut self, predicate: Predicate) -> Result<RuleOf, RuleError> {
        if predicate == Predicate::Constant(true) {
            return Ok(RuleOf::Always);
        }
        if let Some(known) = self.known.get(&predicate) {
            return Ok(*known);
        }
        let rule = RuleOf::Lowered(number(self.lowered.len())?);
        self.known.insert(predicate.clone(), rule);
        self.lowered.push((predicate, Bitset::none(self.offers)));
        Ok(rule)
    }

    fn place_program(&mut self, tree: IdedExpr) -> Result<RuleOf, RuleError> {
        let rule = RuleOf::Residual(number(self.residual.len())?);
        self.residual.push((tree, Bitset::none(self.offers)));
        Ok(rule)
    }

    fn govern(&mut self, rule: RuleOf, offer: usize) {
        let Ok(offer) = u16::try_from(offer).map(OfferIndex) else { return };
        let set = match rule {
            RuleOf::Always => None,
            RuleOf::Lowered(at) => self.lowered.get_mut(usize::from(at)).map(|(_, set)| set),
            RuleOf::Residual(at) => self.residual.get_mut(usize::from(at)).map(|(_, set)| set),
        };
        if let Some(set) = set {
            set.insert(offer);
        }
    }
}

fn number(at: usize) -> Result<u16, RuleError> {
    u16::try_from(at).map_err(|_| RuleError::new(0, "is one rule too many"))
}
