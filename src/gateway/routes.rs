//! Which call a method and a path mean: a table made from the options `google.api.http` of the API.

use std::sync::LazyLock;

use http::{Method, Uri};
use prost_reflect::{DynamicMessage, MethodDescriptor, Value};

use super::hosted::Hosted;
use super::schema::{Field, Message, POOL, SCHEMA, Shape};
use super::template::Template;

/// A way to make a call over HTTP.
#[derive(Debug)]
pub(super) struct Route {
    /// The method of HTTP.
    pub(super) method: Method,
    /// The path.
    pub(super) template: Template,
    /// The fields of the request that the variables of the path are, from the outermost.
    pub(super) variables: Vec<Vec<&'static Field>>,
    /// What the body is.
    pub(super) body: BodyOf,
    /// The path of the call in gRPC.
    pub(super) grpc: Uri,
    /// Its request.
    pub(super) input: &'static Message,
    /// Its answer.
    pub(super) output: &'static Message,
    /// It takes a stream of requests.
    pub(super) takes_stream: bool,
    /// It answers with a stream.
    pub(super) gives_stream: bool,
    /// It is one of the hosted personalizer's, and answers as that does.
    pub(super) hosted: Option<Hosted>,
}

/// What the body of an HTTP request is.
#[derive(Debug, Clone, Copy)]
pub(super) enum BodyOf {
    /// There is none: fields stand in the query.
    Nothing,
    /// The whole request, but for the fields in the path.
    Request,
    /// One field of it; the others stand in the query.
    Field(&'static Field),
}

/// What a method and a path mean.
#[derive(Debug)]
pub(super) enum Found {
    /// A call, with the segments of the path.
    Route(&'static Route),
    /// Nothing by this method; these would be something.
    OtherMethods(Vec<&'static Method>),
    /// Nothing.
    Nothing,
}

/// The routes of this API.
pub(super) static ROUTES: LazyLock<Routes> = LazyLock::new(Routes::read);

/// All routes.
#[derive(Debug)]
pub(super) struct Routes {
    /// In the order of the API.
    pub(super) all: Vec<Route>,
}

impl Routes {
    fn read() -> Self {
        let services = POOL.services().filter(|service| service.package_name() == "concierge.v1");
        let methods: Vec<MethodDescriptor> =
            services.flat_map(|service| service.methods().collect::<Vec<_>>()).collect();
        Self { all: methods.iter().flat_map(routes_of).collect() }
    }

    /// What a method and a path mean.
    pub(super) fn find(&'static self, method: &Method, path: &str) -> Found {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let mut others = Vec::new();
        // A colon may begin a verb, or belong to an id: both are tried, the verb first.
        for (segments, verb) in with_verb(&segments).into_iter().chain([(segments, "")]) {
            for route in self.all.iter().filter(|route| route.template.verb == verb) {
                if !route.template.fits(&segments) {
                    continue;
                }
                let is_method = route.method == *method
                    || (method == Method::HEAD && route.method == Method::GET);
                if is_method {
                    return Found::Route(route);
                }
                others.push(&route.method);
            }
        }
        if others.is_empty() { Found::Nothing } else { Found::OtherMethods(others) }
    }
}

/// The segments of a path without their verb, and the verb.
fn with_verb<'p>(segments: &[&'p str]) -> Option<(Vec<&'p str>, &'p str)> {
    let (last, before) = segments.split_last()?;
    let (last, verb) = last.rsplit_once(':')?;
    let mut segments = before.to_vec();
    segments.push(last);
    (!verb.is_empty()).then_some((segments, verb))
}

/// The routes of a call: that of its option, and additional ones. A rule that cannot be read makes
/// none, which a test forbids.
fn routes_of(of: &MethodDescriptor) -> Vec<Route> {
    let Some(extension) = POOL.get_extension_by_name("google.api.http") else { return Vec::new() };
    let options = of.options();
    let Value::Message(rule) = options.get_extension(&extension).into_owned() else {
        return Vec::new();
    };
    let additional = rule.get_field_by_name("additional_bindings").map(|field| field.into_owned());
    let additional = additional.and_then(|field| field.as_list().map(<[Value]>::to_vec));
    let mut rules = vec![rule];
    rules.extend(additional.into_iter().flatten().filter_map(|v| v.as_message().cloned()));
    rules.iter().filter_map(|rule| route(of, rule)).collect()
}

fn route(of: &MethodDescriptor, rule: &DynamicMessage) -> Option<Route> {
    let text = |name: &str| {
        let value = rule.get_field_by_name(name)?;
        value.as_str().map(ToOwned::to_owned).filter(|text| !text.is_empty())
    };
    let methods = [
        ("get", Method::GET),
        ("put", Method::PUT),
        ("post", Method::POST),
        ("delete", Method::DELETE),
        ("patch", Method::PATCH),
    ];
    let (method, path) =
        methods.into_iter().find_map(|(name, method)| Some((method, text(name)?)))?;
    let template = Template::read(&path)?;
    let input = SCHEMA.message(SCHEMA.place(of.input().full_name())?);
    let output = SCHEMA.message(SCHEMA.place(of.output().full_name())?);
    let variables = template.variables.iter().map(|variable| field_path(input, &variable.field));
    let variables = variables.collect::<Option<Vec<_>>>()?;
    let body = match text("body").as_deref() {
        None => BodyOf::Nothing,
        Some("*") => BodyOf::Request,
        Some(name) => BodyOf::Field(input.named(name)?),
    };
    let grpc = format!("/{}/{}", of.parent_service().full_name(), of.name());
    Some(Route {
        method,
        hosted: Hosted::of(&template),
        template,
        variables,
        body,
        grpc: grpc.parse().ok()?,
        input,
        output,
        takes_stream: of.is_client_streaming(),
        gives_stream: of.is_server_streaming(),
    })
}

/// The fields along a path such as `guest.name`, from the outermost.
pub(super) fn field_path(message: &'static Message, path: &str) -> Option<Vec<&'static Field>> {
    let mut fields = Vec::new();
    let mut at = Some(message);
    for name in path.split('.') {
        let field = at?.named(name)?;
        // Into one message, not into a list of them.
        at = SCHEMA.inner(field).filter(|_| field.shape == Shape::Single);
        fields.push(field);
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_a_route() {
        for service in POOL.services().filter(|service| service.package_name() == "concierge.v1") {
            for method in service.methods() {
                let path = format!("/{}/{}", service.full_name(), method.name());
                let count = ROUTES.all.iter().filter(|route| route.grpc.path() == path).count();
                assert!(count >= 1, "{path} has no google.api.http, or one that cannot be read");
            }
        }
    }

    #[test]
    fn no_path_means_two_calls() {
        for (at, one) in ROUTES.all.iter().enumerate() {
            for other in ROUTES.all.iter().skip(at + 1) {
                let same = one.method == other.method
                    && one.template.described().0 == other.template.described().0;
                assert!(!same, "{} and {} have one path", one.grpc, other.grpc);
            }
        }
    }

    #[test]
    fn paths_find_their_calls() {
        let found = |method: Method, path: &str| match ROUTES.find(&method, path) {
            Found::Route(route) => route.grpc.path().rsplit('/').next().unwrap().to_owned(),
            Found::OtherMethods(methods) => format!("{methods:?}"),
            Found::Nothing => String::new(),
        };
        let property = "/v1/brands/demo/properties/lisbon-baixa";
        assert_eq!(found(Method::POST, &format!("{property}:decideOffers")), "DecideOffers");
        assert_eq!(found(Method::GET, &format!("{property}:decideOffers")), "[POST]");
        assert_eq!(found(Method::GET, "/v1/brands/demo/guests/ana"), "GetGuest");
        assert_eq!(found(Method::HEAD, "/v1/brands/demo/guests/ana"), "GetGuest");
        assert_eq!(found(Method::PATCH, "/v1/brands/demo/guests/ana"), "UpdateGuest");
        assert_eq!(found(Method::GET, "/v1/brands/demo/guests/a:b"), "GetGuest");
        assert_eq!(found(Method::GET, "/v1/brands/demo/guests/ana/timeline"), "ListGuestTimeline");
        for nothing in ["/", "", "/v1", "/v1/brands", "/v1/brands/demo/guests/ana/", "/v1/x:y"] {
            assert_eq!(found(Method::GET, nothing), "", "{nothing}");
        }
    }
}
