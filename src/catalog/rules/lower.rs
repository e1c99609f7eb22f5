//! Walks the syntax tree of a rule: checks every name, literal and call, and makes a predicate of
//! what can be one.
//!
//! Lowered are `&&`, `||`, `!`, comparisons of a variable with a literal, `in` a list of literals,
//! and `startsWith` of a text. What else is allowed (arithmetic, `? :`, comparisons of two
//! variables, a few functions) stays a CEL program.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators};

use super::facts::{Kind, Variable, Vocabulary};
use super::predicate::{Codes, Predicate};
use super::{RULE_DEPTH_MAX, RuleError};

/// Deepest syntax tree: brackets and chains of operators together.
const TREE_DEPTH_MAX: usize = 2 * RULE_DEPTH_MAX;

/// Functions that a rule may call, besides operators.
const FUNCTIONS: [&str; 7] =
    ["startsWith", "endsWith", "contains", "size", "int", "double", "string"];

/// Makes a predicate of a syntax tree; `None` where it is right but must stay a program.
pub(super) fn lower(
    tree: &IdedExpr,
    source: &SourceInfo,
    vocabulary: &Vocabulary,
) -> Result<Option<Predicate>, RuleError> {
    Lowering { source, vocabulary }.condition(tree, 0)
}

struct Lowering<'a> {
    source: &'a SourceInfo,
    vocabulary: &'a Vocabulary,
}

/// A comparison sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Sign {
    fn of(function: &str) -> Option<Self> {
        Some(match function {
            operators::EQUALS => Self::Equal,
            operators::NOT_EQUALS => Self::Unequal,
            operators::LESS => Self::Less,
            operators::LESS_EQUALS => Self::LessEqual,
            operators::GREATER => Self::Greater,
            operators::GREATER_EQUALS => Self::GreaterEqual,
            _ => return None,
        })
    }

    /// The sign with its sides changed.
    fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::Greater => Self::Less,
            Self::GreaterEqual => Self::LessEqual,
            Self::Equal | Self::Unequal => self,
        }
    }
}

impl Lowering<'_> {
    /// An expression that must be true or false.
    fn condition(&self, tree: &IdedExpr, depth: usize) -> Result<Option<Predicate>, RuleError> {
        self.check_depth(tree, depth)?;
        match &tree.expr {
            Expr::Literal(LiteralValue::Boolean(value)) => {
                Ok(Some(Predicate::Constant(*value.inner())))
            }
            Expr::Call(call) => self.call(tree, call, depth),
            Expr::Ident(_) | Expr::Select(_) => {
                let name = self.variable(tree)?.name();
                Err(self.error(tree, format!("has {name} alone; compare it with something")))
            }
            _ => Err(self.error(tree, "has a value where a condition belongs; compare it")),
        }
    }

    fn call(
        &self,
        tree: &IdedExpr,
        call: &CallExpr,
        depth: usize,
    ) -> Result<Option<Predicate>, RuleError> {
        if let (Some(sign), [left, right]) = (Sign::of(&call.func_name), call.args.as_slice()) {
            return self.comparison(sign, left, right, depth);
        }
        match (call.func_name.as_str(), call.target.as_deref(), call.args.as_slice()) {
            (operators::LOGICAL_AND, None, [a, b]) => self.join(a, b, depth, Predicate::all),
            (operators::LOGICAL_OR, None, [a, b]) => self.join(a, b, depth, Predicate::any),
            (operators::LOGICAL_NOT, None, [inner]) => {
                Ok(self.condition(inner, depth + 1)?.map(Predicate::not))
            }
            (operators::IN, None, [item, list]) => self.membership(item, list, depth),
            ("startsWith", Some(target), [start]) => self.starts_with(target, start, depth),
            ("endsWith" | "contains", Some(target), [part]) => {
                self.value(target, depth + 1)?;
                self.value(part, depth + 1)?;
                Ok(None)
            }
            (operators::CONDITIONAL, None, [test, then, otherwise]) => {
                for part in [test, then, otherwise] {
                    self.condition(part, depth + 1)?;
                }
                Ok(None)
            }
            _ if is_condition(call) => {
                let name = &call.func_name;
                Err(self.error(tree, format!("calls {name} in a way rules do not know")))
            }
            _ => {
                self.value(tree, depth)?;
                Err(self.error(tree, "has a value where a condition belongs; compare it"))
            }
        }
    }

    fn join(
        &self,
        a: &IdedExpr,
        b: &IdedExpr,
        depth: usize,
        with: fn(Vec<Predicate>) -> Predicate,
    ) -> Result<Option<Predicate>, RuleError> {
        let (a, b) = (self.condition(a, depth + 1)?, self.condition(b, depth + 1)?);
        Ok(a.zip(b).map(|(a, b)| with(vec![a, b])))
    }

    fn comparison(
        &self,
        sign: Sign,
        left: &IdedExpr,
        right: &IdedExpr,
        depth: usize,
    ) -> Result<Option<Predicate>, RuleError> {
        let (variable, literal, sign, at) = match (&left.expr, &right.expr) {
            (Expr::Ident(_) | Expr::Select(_), Expr::Literal(literal)) => {
                (self.variable(left)?, literal, sign, right)
            }
            (Expr::Literal(literal), Expr::Ident(_) | Expr::Select(_)) => {
                (self.variable(right)?, literal, sign.turned(), left)
            }
            _ => {
                self.value(left, depth + 1)?;
                self.value(right, depth + 1)?;
                return Ok(None);
            }
        };
        match variable.kind() {
            Kind::Number => {
                Ok(Some(number_compared(variable, sign, self.number(variable, literal, at)?)))
            }
            Kind::Name | Kind::Text => {
                let equal = self.one_of(variable, &[at])?;
                match sign {
                    Sign::Equal => Ok(Some(equal)),
                    Sign::Unequal => Ok(Some(equal.not())),
                    _ => Err(self.error(
                        at,
                        format!("asks for an order of {}; use == or !=", variable.name()),
                    )),
                }
            }
        }
    }

    fn membership(
        &self,
        item: &IdedExpr,
        list: &IdedExpr,
        depth: usize,
    ) -> Result<Option<Predicate>, RuleError> {
        let is_variable = matches!(item.expr, Expr::Ident(_) | Expr::Select(_));
        let literals = match &list.expr {
            Expr::List(list) => {
                let is_literal = |e: &&IdedExpr| matches!(e.expr, Expr::Literal(_));
                let literals: Vec<&IdedExpr> = list.elements.iter().filter(is_literal).collect();
                (literals.len() == list.elements.len()).then_some(literals)
            }
            _ => {
                return Err(self.error(list, "has in without a list; write it like [\"A\", \"B\"]"));
            }
        };
        match literals {
            Some(literals) if is_variable => self.one_of(self.variable(item)?, &literals).map(Some),
            _ => {
                self.value(item, depth + 1)?;
                self.value(list, depth + 1)?;
                Ok(None)
            }
        }
    }

    fn starts_with(
        &self,
        target: &IdedExpr,
        start: &IdedExpr,
        depth: usize,
    ) -> Result<Option<Predicate>, RuleError> {
        if let (Expr::Ident(_) | Expr::Select(_), Expr::Literal(LiteralValue::String(text))) =
            (&target.expr, &start.expr)
        {
            let variable = self.variable(target)?;
            if variable.kind() == Kind::Text {
                return Ok(Some(Predicate::StartsWith(variable, text.inner().into())));
            }
        }
        self.value(target, depth + 1)?;
        self.value(start, depth + 1)?;
        Ok(None)
    }

    /// The predicate that a variable is one of some literals.
    fn one_of(&self, variable: Variable, literals: &[&IdedExpr]) -> Result<Predicate, RuleError> {
        let literal = |at: &&IdedExpr| match &at.expr {
            Expr::Literal(literal) => Ok(literal.clone()),
            _ => Err(self.error(at, "has something other than a literal in a list")),
        };
        match variable.kind() {
            Kind::Number => {
                let numbers = literals.iter().map(|at| self.number(variable, &literal(at)?, at));
                let mut numbers = numbers.collect::<Result<Vec<i64>, RuleError>>()?;
                numbers.sort_unstable();
                numbers.dedup();
                Ok(match *numbers.as_slice() {
                    [only] => Predicate::Between(variable, only, only),
                    _ => Predicate::OneOf(variable, numbers.into()),
                })
            }
            Kind::Name => {
                let code = |at: &&IdedExpr| {
                    let text = self.text(variable, &literal(at)?, at)?;
                    self.vocabulary.code(variable, &text).map_err(|e| self.error(at, e))
                };
                let codes = literals.iter().map(code).collect::<Result<Codes, RuleError>>()?;
                Ok(Predicate::Among(variable, codes))
            }
            Kind::Text => {
                let texts = literals.iter().map(|at| self.text(variable, &literal(at)?, at));
                let mut texts = texts.collect::<Result<Vec<Box<str>>, RuleError>>()?;
                texts.sort_unstable();
                texts.dedup();
                Ok(Predicate::Equals(variable, texts.into()))
            }
        }
    }

    fn number(
        &self,
        variable: Variable,
        literal: &LiteralValue,
        at: &IdedExpr,
    ) -> Result<i64, RuleError> {
        match literal {
            LiteralValue::Int(number) => Ok(*number.inner()),
            _ => Err(self.error(
                at,
                format!("compares {} with what is not a whole number", variable.name()),
            )),
        }
    }

    fn text(
        &self,
        variable: Variable,
        literal: &LiteralValue,
        at: &IdedExpr,
    ) -> Result<Box<str>, RuleError> {
        match literal {
            LiteralValue::String(text) => Ok(text.inner().into()),
            _ => Err(self.error(
                at,
                format!(
                    "compares {} with what is not a text; put it in quotation marks",
                    variable.name()
                ),
            )),
        }
    }

    /// Checks an expression that is part of a program: known variables, literals, allowed calls.
    fn value(&self, tree: &IdedExpr, depth: usize) -> Result<(), RuleError> {
        self.check_depth(tree, depth)?;
        match &tree.expr {
            Expr::Literal(LiteralValue::Bytes(_) | LiteralValue::Null) => {
                Err(self.error(tree, "has a kind of value that no variable has"))
            }
            Expr::Literal(_) => Ok(()),
            Expr::Ident(_) | Expr::Select(_) => self.variable(tree).map(|_| ()),
            Expr::List(list) => list.elements.iter().try_for_each(|e| self.value(e, depth + 1)),
            Expr::Call(call) if is_condition(call) => self.call(tree, call, depth).map(|_| ()),
            Expr::Call(call) => {
                let name = call.func_name.as_str();
                let is_sign =
                    name.contains('_') && !name.starts_with(|c: char| c.is_ascii_alphabetic());
                if !is_sign && !FUNCTIONS.contains(&name) {
                    let known = crate::catalog::words::choice(FUNCTIONS);
                    return Err(self.error(tree, format!("calls {name}; rules may call {known}")));
                }
                let target = call.target.as_deref().into_iter();
                target.chain(&call.args).try_for_each(|part| self.value(part, depth + 1))
            }
            Expr::Unspecified | Expr::Comprehension(_) | Expr::Map(_) | Expr::Struct(_) => {
                Err(self.error(tree, "has what rules may not have: a map, a message or a loop"))
            }
        }
    }

    /// The variable of a name such as `party.adults`.
    fn variable(&self, tree: &IdedExpr) -> Result<Variable, RuleError> {
        let mut parts = Vec::new();
        let mut inner = tree;
        loop {
            match &inner.expr {
                Expr::Ident(name) => {
                    parts.push(name.as_str());
                    break;
                }
                Expr::Select(select) if !select.test && parts.len() < 4 => {
                    parts.push(select.field.as_str());
                    inner = &select.operand;
                }
                _ => {
                    return Err(
                        self.error(tree, "asks for a part of something that is no variable")
                    );
                }
            }
        }
        parts.reverse();
        let name = parts.join(".");
        let asker = self.vocabulary.asker;
        Variable::from_name(&name).filter(|variable| variable.is_for(asker)).ok_or_else(|| {
            let known = Variable::ALL.into_iter().filter(|variable| variable.is_for(asker));
            let known = crate::catalog::words::choice(known.map(Variable::name));
            self.error(
                inner,
                format!("asks for {name}, which rules do not know; they know {known}"),
            )
        })
    }

    fn check_depth(&self, tree: &IdedExpr, depth: usize) -> Result<(), RuleError> {
        if depth < TREE_DEPTH_MAX {
            return Ok(());
        }
        Err(self.error(tree, "has too long a chain of operators; simplify it"))
    }

    fn error(&self, tree: &IdedExpr, problem: impl Into<String>) -> RuleError {
        // The tree counts bytes; people count characters.
        let byte = self.source.offset_for(tree.id).map_or(0, |(start, _)| start as usize);
        let before = self.source.source.get(..byte).unwrap_or_default();
        RuleError::new(before.chars().count(), problem)
    }
}

/// Is it a call whose value is true or false?
fn is_condition(call: &CallExpr) -> bool {
    Sign::of(&call.func_name).is_some()
        || matches!(
            call.func_name.as_str(),
            operators::LOGICAL_AND
                | operators::LOGICAL_OR
                | operators::LOGICAL_NOT
                | operators::IN
                | "startsWith"
                | "endsWith"
                | "contains"
        )
}

fn number_compared(variable: Variable, sign: Sign, number: i64) -> Predicate {
    let between = |low, high| Predicate::Between(variable, low, high);
    match sign {
        Sign::Equal => between(number, number),
        Sign::Unequal => between(number, number).not(),
        Sign::LessEqual => between(i64::MIN, number),
        Sign::GreaterEqual => between(number, i64::MAX),
        Sign::Greater => number.checked_add(1).map_or(between(1, 0), |low| between(low, i64::MAX)),
        Sign::Less => number.checked_sub(1).map_or(between(1, 0), |high| between(i64::MIN, high)),
    }
}
