//! Paths of calls: the templates of `google.api.http`, read and matched.
//!
//! `/v1/{name=brands/*/guests/*}:verb`: literal segments, `*` for any one segment, variables over
//! some of them, and a verb at the end. `**` is not used by the API, and refused.

/// A path with places for variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    /// Its segments, in order.
    pub(super) segments: Vec<Segment>,
    /// Its variables.
    pub(super) variables: Vec<Variable>,
    /// What stands behind the last colon; empty: nothing.
    pub(super) verb: String,
}

/// A segment of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// This word.
    Literal(String),
    /// Any one segment.
    Any,
}

/// A variable: a field of the request, and the segments that are its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    /// The path of the field.
    pub(super) field: String,
    /// Its first segment.
    pub(super) from: usize,
    /// The one after its last.
    pub(super) to: usize,
}

impl Template {
    /// Reads a template; `None` where it is none, or one of a form that is not supported.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix('/')?;
        // A colon inside braces is no verb's.
        let verb_at = text.rfind(':').filter(|at| text.rfind('}').is_none_or(|end| end < *at));
        let (path, verb) = match verb_at {
            Some(at) => (text.get(..at)?, text.get(at + 1..)?),
            None => (text, ""),
        };
        let mut template =
            Self { segments: Vec::new(), variables: Vec::new(), verb: verb.to_owned() };
        let mut rest = path;
        while !rest.is_empty() {
            rest = match rest.strip_prefix('{') {
                Some(inner) => {
                    let (variable, after) = inner.split_once('}')?;
                    let (field, pattern) = variable.split_once('=').unwrap_or((variable, "*"));
                    let from = template.segments.len();
                    for segment in pattern.split('/') {
                        template.segments.push(Segment::read(segment)?);
                    }
                    let to = template.segments.len();
                    template.variables.push(Variable { field: field.to_owned(), from, to });
                    after
                }
                None => {
                    let (segment, _) = rest.split_once('/').unwrap_or((rest, ""));
                    template.segments.push(Segment::read(segment)?);
                    rest.get(segment.len()..)?
                }
            };
            rest = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
        }
        (!template.segments.is_empty()).then_some(template)
    }

    /// Does a path fit, given its segments without the verb?
    pub(super) fn fits(&self, segments: &[&str]) -> bool {
        self.segments.len() == segments.len()
            && self.segments.iter().zip(segments).all(|(expected, segment)| match expected {
                Segment::Literal(word) => word == segment,
                Segment::Any => !segment.is_empty(),
            })
    }

    /// The path as `OpenAPI` writes it, with a name for each `*`, and those names.
    pub(super) fn described(&self) -> (String, Vec<String>) {
        let (mut path, mut names) = (String::new(), Vec::new());
        let mut before = "id";
        for segment in &self.segments {
            path.push('/');
            match segment {
                Segment::Literal(word) => {
                    path.push_str(word);
                    before = word;
                }
                Segment::Any => {
                    let name = singular(before);
                    path.push_str(&format!("{{{name}}}"));
                    names.push(name);
                }
            }
        }
        if !self.verb.is_empty() {
            path.push_str(&format!(":{}", self.verb));
        }
        (path, names)
    }
}

impl Segment {
    fn read(text: &str) -> Option<Self> {
        match text {
            "*" => Some(Self::Any),
            "" | "**" => None,
            word if word.contains(['{', '}', '*', '=']) => None,
            word => Some(Self::Literal(word.to_owned())),
        }
    }
}

/// `properties` as `property`.
fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(template: &str, path: &str) -> bool {
        let template = Template::read(template).unwrap();
        template.fits(&path.split('/').skip(1).collect::<Vec<_>>())
    }

    #[test]
    fn templates_are_read_with_their_variables_and_verbs() {
        let template = Template::read("/v1/{guest.name=brands/*/guests/*}/consent:record").unwrap();
        assert_eq!(template.segments.len(), 6);
        let variable = Variable { field: "guest.name".into(), from: 1, to: 5 };
        assert_eq!(template.variables, [variable]);
        assert_eq!(template.verb, "record");
        let described = template.described();
        assert_eq!(described.0, "/v1/brands/{brand}/guests/{guest}/consent:record");
        assert_eq!(described.1, ["brand", "guest"]);
        let plain = Template::read("/v1/properties/{id}").unwrap();
        assert_eq!(plain.described().0, "/v1/properties/{property}");
        for bad in ["", "/", "v1/x", "/v1//x", "/v1/{name=**}", "/v1/{name", "/v1/a*", "/v1/{a}b"] {
            assert_eq!(Template::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_path_fits_by_its_literals_and_its_length() {
        let template = "/v1/{name=brands/*/guests/*}";
        assert!(fits(template, "/v1/brands/demo/guests/ana"));
        for other in [
            "/v1/brands/demo/guests",
            "/v1/brands/demo/guests/",
            "/v1/brands/demo/guests/ana/consent",
            "/v1/brands/demo/offers/ana",
            "/v2/brands/demo/guests/ana",
        ] {
            assert!(!fits(template, other), "{other}");
        }
    }
}
