//! JSON beside gRPC: what the gateway costs those who use it, and those who do not.

use std::sync::Arc;

use concierge::cli::loadtest::LoadtestArgs;
use concierge::cli::loadtest::calls::Target;
use concierge::cli::loadtest::generator::{Loop, Plan, Report, run};
use concierge::cli::loadtest::wire::guest_id;
use concierge::sys::rng::SplitMix64;
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::Server;
use crate::transport::{AT_PEAK, GUESTS, Side, arguments, check};
use crate::{Outcome, catalog, report, scratch};

/// Calls under way.
const WORKERS: usize = 64;
/// Connections of gRPC; JSON has one for each call under way, as HTTP/1.1 has it.
const CONNECTIONS: usize = 4;
/// Pairs of measurements.
const PAIRS: usize = 5;

type Failure = Box<dyn std::error::Error>;

/// **`json_over_grpc_ratio`**: decisions a second as JSON over HTTP/1.1 ÷ the same decisions as gRPC,
/// on one server, turn and turn about, median of the pairwise ratios; the world is that of
/// `transport`. Both callers read the answer as bytes and look no further; that of JSON spends less
/// on a call than a client of gRPC can, so processor time of the server is told for both.
///
/// **`gateway_idle_cost_pct`**: processor time of the server for a decision over gRPC with the gateway on
/// ÷ that with it off, less one, on two servers, turn and turn about.
pub(crate) fn measure() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (with, without) = (scratch::folder()?, scratch::folder()?);
    let with = Server::new(with.path()).map(|server| (server, with))?;
    let off = "\n[gateway]\nenabled = false\n";
    let without = Server::configured(without.path(), off).map(|server| (server, without))?;
    runtime.block_on(async {
        let target = target(&with.0).await?;
        // First, for both servers have then been through the same.
        idle(&with.0, &target, &without.0).await?;
        let json = Json::new(&with.0);
        json.look(0).await?;
        let (mut as_json, mut as_grpc) =
            (Side::new("json", with.0.pid()), Side::new("grpc_beside_json", with.0.pid()));
        for _ in 0..PAIRS {
            as_json.begin();
            as_json.end(&json.load().await)?;
            as_grpc.begin();
            as_grpc.end(&load(&target).await)?;
        }
        let ratios = as_json.rates.iter().zip(&as_grpc.rates).map(|(json, grpc)| json / grpc);
        report::value("json_over_grpc_ratio", report::median(ratios.collect()), "ratio");
        as_json.tell("");
        as_grpc.tell("");
        Ok(())
    })
}

async fn idle(with: &Server, target: &Target, without: &Server) -> Outcome {
    let plain = self::target(without).await?;
    let (mut on, mut off) =
        (Side::new("grpc_gateway_on", with.pid()), Side::new("grpc_gateway_off", without.pid()));
    for pair in 0..PAIRS {
        // Who comes first takes turns too.
        let on_first = pair % 2 == 0;
        for is_on in [on_first, !on_first] {
            let (side, target) = if is_on { (&mut on, target) } else { (&mut off, &plain) };
            side.begin();
            side.end(&load(target).await)?;
        }
    }
    let costs = on.server_micros.iter().zip(&off.server_micros).map(|(on, off)| on / off - 1.0);
    report::value("gateway_idle_cost_pct", 100.0 * report::median(costs.collect()), "%");
    on.tell("");
    off.tell("");
    Ok(())
}

/// A server with its guests made known.
async fn target(server: &Server) -> Result<Target, Failure> {
    let connections = CONNECTIONS;
    let target = Target::connect(&LoadtestArgs { connections, ..arguments(server) }).await?;
    target.prepare().await?;
    check(&target, 0).await?;
    Ok(target)
}

fn plan() -> Plan {
    let (warm_up, duration) = AT_PEAK;
    Plan { kind: Loop::Closed { workers: WORKERS }, warm_up, duration, seed: 1 }
}

async fn load(target: &Target) -> Report {
    let target = target.clone();
    run(plan(), move |n| target.clone().decide(n)).await
}

/// A caller in JSON. Clones share its connections.
#[derive(Clone)]
struct Json {
    address: Arc<str>,
    key: Arc<str>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Json {
    fn new(server: &Server) -> Self {
        let address = server.address().trim_start_matches("http://").into();
        Self { address, key: server.key().into(), idle: Arc::default() }
    }

    async fn load(&self) -> Report {
        let json = self.clone();
        run(plan(), move |n| {
            let json = json.clone();
            async move { json.decide(n).await.is_ok() }
        })
        .await
    }

    /// Looks at one answer: what is measured must be whole.
    async fn look(&self, n: u64) -> Outcome {
        let answer = self.decide(n).await?;
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        let offers = |at: usize| answer["propositions"][at]["offers"].as_array().map(Vec::len);
        if (offers(0), offers(1)) != (Some(3), Some(3)) || answer["channelDecision"].is_null() {
            return Err(format!("a decision is not what is to be measured: {answer}").into());
        }
        report::note(&format!("json: answer {} bytes", answer.to_string().len()));
        Ok(())
    }

    /// The n-th decision, for a guest drawn at random: the body of its answer.
    async fn decide(&self, n: u64) -> Result<Vec<u8>, Failure> {
        let guest = SplitMix64::new(n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).next_u64() % GUESTS;
        let request = self.request(&guest_id(guest));
        let idle = self.idle.lock().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect(&*self.address).await?;
                stream.set_nodelay(true)?;
                Connection { stream, answer: Vec::with_capacity(32 << 10) }
            }
        };
        connection.stream.write_all(&request).await?;
        let body = connection.read().await?;
        self.idle.lock().push(connection);
        Ok(body)
    }

    fn request(&self, guest: &str) -> Vec<u8> {
        let brand = crate::hotel::BRAND;
        let [first, second] = catalog::PLACEMENTS;
        let body = serde_json::json!({
            "guest": format!("brands/{brand}/guests/{guest}"),
            "placementRequests": [
                { "placementId": first, "offerCount": 3 },
                { "placementId": second, "offerCount": 3 },
            ],
            "channelRequest": { "mode": "CHANNEL_MODE_DECIDE" },
        })
        .to_string();
        let path = format!("/v1/brands/{brand}/properties/{}:decideOffers", catalog::PROPERTY);
        let (host, key, length) = (&self.address, &self.key, body.len());
        format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }
}

impl Connection {
    /// One answer; an error where it is none of success.
    async fn read(&mut self) -> Result<Vec<u8>, Failure> {
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            let head = self.answer.windows(4).position(|four| four == b"\r\n\r\n");
            let Some(head) = head else { continue };
            let (head, body) = self.answer.split_at(head + 4);
            if !head.starts_with(b"HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(&self.answer).into());
            }
            let length = std::str::from_utf8(head)?
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .ok_or("no content-length")?
                .parse::<usize>()?;
            if body.len() >= length {
                return Ok(body.to_vec());
            }
        }
    }
}
