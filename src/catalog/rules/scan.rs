//! Bounds a rule before the parser of CEL sees it: length, number of words, nesting, and only signs
//! that rules need.
//!
//! The parser recurses and recovers from errors at length; hostile text could take its stack or its
//! time (known of several versions). What passes here is short, shallow and made of known signs,
//! and what does not gets a better answer than a parser can give.

use super::{RULE_BYTES_MAX, RULE_DEPTH_MAX, RULE_TOKENS_MAX, RuleError};

/// Checks a text in one pass, without recursion.
pub(super) fn scan(rule: &str) -> Result<(), RuleError> {
    if rule.len() > RULE_BYTES_MAX {
        let problem =
            format!("is longer than {RULE_BYTES_MAX} bytes; split the offer or shorten it");
        return Err(RuleError::new(0, problem));
    }
    let mut scan = Scan { chars: rule.chars().collect(), at: 0, open: Vec::new(), tokens: 0 };
    while scan.at < scan.chars.len() {
        scan.token()?;
        if scan.tokens > RULE_TOKENS_MAX {
            let problem = format!("has more than {RULE_TOKENS_MAX} words and signs; simplify it");
            return Err(RuleError::new(scan.at, problem));
        }
    }
    match scan.open.pop() {
        Some((sign, at)) => Err(RuleError::new(at, format!("opens a {sign} that is never closed"))),
        None => Ok(()),
    }
}

struct Scan {
    chars: Vec<char>,
    at: usize,
    /// Brackets that are open, with their places.
    open: Vec<(char, usize)>,
    tokens: usize,
}

impl Scan {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn skip_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek(0).is_some_and(&fits) {
            self.at += 1;
        }
        self.chars.get(start..self.at).unwrap_or_default().iter().collect()
    }

    fn token(&mut self) -> Result<(), RuleError> {
        let Some(sign) = self.peek(0) else { return Ok(()) };
        if sign.is_ascii_whitespace() {
            self.at += 1;
            return Ok(());
        }
        self.tokens += 1;
        match (sign, self.peek(1)) {
            ('/', Some('/')) => {
                self.skip_while(|c| c != '\n');
                Ok(())
            }
            ('a'..='z' | 'A'..='Z' | '_', _) => self.word(),
            ('0'..='9', _) => {
                self.skip_while(|c| c.is_ascii_alphanumeric() || c == '.');
                Ok(())
            }
            ('\'' | '"', _) => self.text(sign),
            ('&', Some('&')) | ('|', Some('|')) | ('=' | '!' | '<' | '>', Some('=')) => {
                self.at += 2;
                Ok(())
            }
            _ => self.sign(sign),
        }
    }

    fn word(&mut self) -> Result<(), RuleError> {
        let start = self.at;
        let word = self.skip_while(|c| c.is_ascii_alphanumeric() || c == '_');
        let instead = match word.as_str() {
            "and" | "AND" => "&&",
            "or" | "OR" => "||",
            "not" | "NOT" => "!",
            _ if matches!(self.peek(0), Some('\'' | '"')) => {
                let problem =
                    format!("has {word} right before a quotation mark; write a plain text");
                return Err(RuleError::new(start, problem));
            }
            _ => return Ok(()),
        };
        Err(RuleError::new(start, format!("has the word {word}; write {instead}")))
    }

    fn text(&mut self, quote: char) -> Result<(), RuleError> {
        let start = self.at;
        self.at += 1;
        while let Some(next) = self.peek(0) {
            self.at += 1;
            match next {
                _ if next == quote => return Ok(()),
                '\\' => {
                    if !matches!(self.peek(0), Some('\\' | '\'' | '"')) {
                        let problem =
                            "has a backslash in a text; only \\\\, \\' and \\\" are known";
                        return Err(RuleError::new(self.at - 1, problem));
                    }
                    self.at += 1;
                }
                '\n' | '\r' => break,
                _ => {}
            }
        }
        Err(RuleError::new(start, format!("has a text that does not end; close it with {quote}")))
    }

    fn sign(&mut self, sign: char) -> Result<(), RuleError> {
        let at = self.at;
        self.at += 1;
        match sign {
            '(' | '[' => {
                self.open.push((sign, at));
                if self.open.len() > RULE_DEPTH_MAX {
                    let problem = format!("is nested more than {RULE_DEPTH_MAX} deep; simplify it");
                    return Err(RuleError::new(at, problem));
                }
                Ok(())
            }
            ')' | ']' => match (self.open.pop(), sign) {
                (Some(('(', _)), ')') | (Some(('[', _)), ']') => Ok(()),
                _ => Err(RuleError::new(at, format!("closes a {sign} that was not opened"))),
            },
            '!' | '<' | '>' | '+' | '-' | '*' | '/' | '%' | '?' | ':' | ',' | '.' => Ok(()),
            '=' => Err(RuleError::new(at, "has a single =; write == to compare")),
            '&' | '|' => {
                Err(RuleError::new(at, format!("has a single {sign}; write {sign}{sign}")))
            }
            '{' | '}' => Err(RuleError::new(at, "has a map; rules know texts, numbers and lists")),
            _ => Err(RuleError::new(
                at,
                format!("has a sign rules do not know: {}", sign.escape_debug()),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(rule: &str, at: usize, about: &str) {
        let error = scan(rule).unwrap_err();
        assert!(error.problem.contains(about), "{}", error.problem);
        assert_eq!(error.at, at, "{}", error.problem);
    }

    #[test]
    fn what_rules_need_passes() {
        for rule in [
            "",
            "stage == 'BOOKED' && !(nights in [1, 2, 3]) // short stays\n || party.adults >= 2",
            "intent == \"it's\" && intent != 'a \\' b'",
            "nights * 2 > 3.5 ? true : false",
        ] {
            assert_eq!(scan(rule), Ok(()), "{rule}");
        }
    }

    #[test]
    fn what_they_do_not_need_is_refused_with_its_place() {
        refused("stage = 'BOOKED'", 6, "write ==");
        refused("nights > 1 and nights < 5", 11, "write &&");
        refused("(nights > 1", 0, "never closed");
        refused("nights > 1)", 10, "not opened");
        refused("[1)", 2, "not opened");
        refused("intent == 'spa", 10, "does not end");
        refused("intent == r'spa'", 10, "quotation mark");
        refused("intent == '\\x41'", 11, "backslash");
        refused("nights == {1: 2}", 10, "map");
        refused("intent == 'é' @", 14, "do not know");
        refused(&"(".repeat(33), 32, "deep");
        refused(&"1 ".repeat(1_001), 2_001, "words and signs");
        refused(&" ".repeat(5_000), 0, "longer");
    }
}
