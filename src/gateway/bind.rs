//! Fields of a request that stand in the path and in the query, as bytes to follow those of the
//! body. Protobuf merges: what comes later wins, and parts of one message become one.

use std::borrow::Cow;

use crate::domain::invalid::Invalid;

use super::routes::{BodyOf, Route, field_path};
use super::scalar::{self, Given};
use super::schema::{Field, SCHEMA, Shape};
use super::well_known;
use super::wire::{begin, end};

/// Most parameters of a query.
const PARAMETERS_MAX: usize = 256;

/// The bytes of what stands in path and query.
///
/// # Errors
/// With the path of the field that is at fault.
pub(super) fn bind(route: &'static Route, path: &str, query: &str) -> Result<Vec<u8>, Invalid> {
    let mut out = Vec::with_capacity(128);
    parameters(route, query, &mut out)?;
    // The path comes last: what it names cannot be changed by anything else.
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    for (variable, fields) in route.template.variables.iter().zip(&route.variables) {
        let mut value = String::new();
        for (at, segment) in (variable.from..variable.to).zip(segments.iter().skip(variable.from)) {
            if at > variable.from {
                value.push('/');
            }
            let segment = if at + 1 == route.template.segments.len() {
                without_verb(segment, &route.template.verb)
            } else {
                segment
            };
            let segment = decoded(segment, false);
            let problem = || Invalid::new(&*variable.field, "is no text in the path");
            value.push_str(&segment.ok_or_else(problem)?);
        }
        put(fields, &value, &mut out).map_err(|text| Invalid::new(&*variable.field, text))?;
    }
    Ok(out)
}

fn without_verb<'p>(segment: &'p str, verb: &str) -> &'p str {
    if verb.is_empty() {
        return segment;
    }
    segment.rsplit_once(':').map_or(segment, |(before, _)| before)
}

fn parameters(route: &'static Route, query: &str, out: &mut Vec<u8>) -> Result<(), Invalid> {
    let mut seen: Vec<String> = Vec::new();
    for (at, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if at >= PARAMETERS_MAX {
            let problem = format!("the query has more than {PARAMETERS_MAX} parameters");
            return Err(Invalid::new("", problem));
        }
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(text)) = (decoded(name, true), decoded(text, true)) else {
            return Err(Invalid::new("", "the query holds what is no text"));
        };
        let cut = name.get(..name.floor_char_boundary(64)).unwrap_or_default();
        let unknown = |problem: &str| Invalid::new(cut, problem);
        let fields = field_path(route.input, &name)
            .ok_or_else(|| unknown("is no field of this call's request"))?;
        match route.body {
            BodyOf::Request => return Err(unknown("stands in the body, not in the query")),
            BodyOf::Field(body) if fields.first().is_some_and(|f| f.number == body.number) => {
                return Err(unknown("stands in the body, not in the query"));
            }
            BodyOf::Field(_) | BodyOf::Nothing => {}
        }
        let path = fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(".");
        let is_list = fields.last().is_some_and(|field| field.shape == Shape::List);
        if seen.contains(&path) && !is_list {
            return Err(Invalid::new(path, "is given twice"));
        }
        put(&fields, &text, out).map_err(|text| Invalid::new(&*path, text))?;
        seen.push(path);
    }
    Ok(())
}

/// Writes a text as the value of the last of some fields, each inside the one before.
fn put(fields: &[&'static Field], text: &str, out: &mut Vec<u8>) -> Result<(), String> {
    let Some((field, inner)) = fields.split_first() else { return Ok(()) };
    if !inner.is_empty() {
        let start = begin(out, field.number);
        put(inner, text, out)?;
        end(out, start);
        return Ok(());
    }
    match SCHEMA.inner(field).and_then(|message| message.form) {
        Some(form) => {
            let start = begin(out, field.number);
            well_known::read(form, text, out)?;
            end(out, start);
            Ok(())
        }
        None => scalar::put(field, Given::Text(text), out),
    }
}

/// A text without its escapes (RFC 3986; in a query `+` is a blank). `None`: it is no text.
fn decoded(text: &str, is_query: bool) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            b'+' if is_query => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use http::Method;
    use prost::Message;

    use super::*;
    use crate::api::v1;
    use crate::gateway::routes::{Found, ROUTES};

    fn bound<M: Message + Default>(method: Method, path: &str, query: &str) -> Result<M, String> {
        let Found::Route(route) = ROUTES.find(&method, path) else { panic!("{path}") };
        let bytes = bind(route, path, query).map_err(|i| format!("{} {}", i.field, i.problem))?;
        Ok(M::decode(&*bytes).unwrap())
    }

    #[test]
    fn the_path_gives_names() {
        let get: v1::GetGuestRequest =
            bound(Method::GET, "/v1/brands/demo/guests/a%C3%A9%20b:c", "").unwrap();
        assert_eq!(get.name, "brands/demo/guests/aé b:c");
        let path = "/v1/brands/demo/guests/ana";
        let update: v1::UpdateGuestRequest =
            bound(Method::PATCH, path, "updateMask=locale,loyalty.tierId&allow_missing=true")
                .unwrap();
        assert_eq!(update.guest.unwrap().name, "brands/demo/guests/ana");
        assert_eq!(update.update_mask.unwrap().paths, ["locale", "loyalty.tier_id"]);
        assert!(update.allow_missing);
        let path = "/v1/brands/demo/offers/spa:stop";
        let stop: v1::StopOfferRequest = bound(Method::POST, path, "").unwrap();
        assert_eq!(stop.name, "brands/demo/offers/spa");
    }

    #[test]
    fn the_query_gives_the_rest_and_never_what_the_path_gives() {
        let path = "/v1/brands/demo/guests/ana/timeline";
        let query = "pageSize=5&kinds=TIMELINE_KIND_EVENT&kinds=2&start_time=2026-11-23T10:00:00Z&oldestFirst=true";
        let list: v1::ListGuestTimelineRequest = bound(Method::GET, path, query).unwrap();
        assert_eq!((list.page_size, list.kinds, list.oldest_first), (5, vec![1, 2], true));
        assert_eq!(list.start_time.unwrap().seconds, 1_795_428_000);
        let list: v1::ListGuestTimelineRequest =
            bound(Method::GET, path, "parent=brands/other/guests/bob").unwrap();
        assert_eq!(list.parent, "brands/demo/guests/ana");
    }

    #[test]
    fn a_parameter_that_cannot_be_taken_is_named() {
        let path = "/v1/brands/demo/guests/ana/timeline";
        for (query, expected) in [
            ("pageSize=many", "page_size is of the wrong kind"),
            ("page_size=99999999999", "page_size is out of range"),
            ("pageSize=1&page_size=2", "page_size is given twice"),
            ("kinds=X", "kinds is no value of TimelineKind"),
            ("colour=red", "colour is no field"),
            ("oldestFirst=yes", "oldest_first is of the wrong kind"),
            ("startTime=now", "start_time is no moment"),
            ("pageToken=%FF", " the query holds what is no text"),
            ("pageToken=%4", " the query holds what is no text"),
        ] {
            let told = bound::<v1::ListGuestTimelineRequest>(Method::GET, path, query).unwrap_err();
            assert!(told.starts_with(expected), "{told}");
        }
        let told = bound::<v1::StopOfferRequest>(
            Method::POST,
            "/v1/brands/demo/offers/spa:stop",
            "description=x",
        );
        assert!(told.unwrap_err().contains("stands in the body"));
    }
}
