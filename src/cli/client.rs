//! Calling a running server from the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use tonic_types::StatusExt;

/// Which server, and as whom.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServerArgs {
    /// The server, as `http://host:port` or `https://host:port`.
    #[arg(
        long,
        env = "CONCIERGE_SERVER",
        default_value = "http://127.0.0.1:50051",
        value_name = "URL"
    )]
    server: String,
    /// The API key. `concierge serve` prints one where no credentials are configured.
    #[arg(long, env = "CONCIERGE_KEY", hide_env_values = true)]
    key: String,
    /// The brand of the key.
    #[arg(long, env = "CONCIERGE_BRAND", default_value = "demo")]
    pub(crate) brand: String,
    /// Certificate that the server's one rests on, PEM; for `https`.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The key cannot stand in a header.
    #[error("the key is no key; it looks like ck_<id>_<64 hexadecimal digits>")]
    Key,
    /// The certificate cannot be read.
    #[error("{}: {source}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server cannot be reached.
    #[error("{server} cannot be reached: {source}. Is `concierge serve` running there?")]
    Connect {
        /// Its address.
        server: String,
        /// What went wrong.
        source: tonic::transport::Error,
    },
    /// The server refused the call.
    #[error("{}", told(.0))]
    Refused(Box<Status>),
}

impl From<Status> for CallError {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(status))
    }
}

/// What a status says, field by field.
fn told(status: &Status) -> String {
    let mut text = format!("{:?}: {}", status.code(), status.message());
    let details = status.get_error_details();
    for violation in
        details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default()
    {
        text.push_str(&format!("\n  {}: {}", violation.field, violation.description));
    }
    text
}

/// A connection that shows the key with every call.
pub(crate) type Connection = InterceptedService<Channel, ShowKey>;

/// Puts the key into a call.
#[derive(Clone)]
pub(crate) struct ShowKey(MetadataValue<Ascii>);

impl Interceptor for ShowKey {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

impl ServerArgs {
    /// A server that this process runs itself.
    pub(crate) fn of(uri: &str, key: &str, brand: &str) -> Self {
        let (server, key, brand) = (uri.to_owned(), key.to_owned(), brand.to_owned());
        Self { server, key, brand, ca: None }
    }

    /// Connects.
    pub(crate) async fn connect(&self) -> Result<Connection, CallError> {
        let reach = |source| CallError::Connect { server: self.server.clone(), source };
        let mut endpoint = Endpoint::from_shared(self.server.clone()).map_err(reach)?;
        if let Some(path) = &self.ca {
            let pem = std::fs::read(path)
                .map_err(|source| CallError::Certificate { path: path.clone(), source })?;
            let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem));
            endpoint = endpoint.tls_config(tls).map_err(reach)?;
        }
        let value = format!("Bearer {}", self.key).parse().map_err(|_| CallError::Key)?;
        let channel =
            endpoint.connect_timeout(Duration::from_secs(5)).connect().await.map_err(reach)?;
        Ok(InterceptedService::new(channel, ShowKey(value)))
    }

    /// A name below the brand.
    pub(crate) fn name(&self, collection: &str, id: &str) -> String {
        format!("brands/{}/{collection}/{id}", self.brand)
    }
}
