//! What operators see: status, metrics, readiness, and a drain that ends well.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use concierge::api::v1;

use crate::support::TestService;

/// A page of the operators' port.
fn page(service: &TestService, path: &str) -> String {
    let mut stream = TcpStream::connect(service.operations).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn status_metrics_and_readiness_tell_how_it_is() {
    let service = TestService::start().await;
    assert!(page(&service, "/readyz").starts_with("HTTP/1.1 200"));
    let status = service.client("all").admin();
    let asked = status.clone().get_server_status(v1::GetServerStatusRequest {}).await.unwrap();
    let before = asked.into_inner();
    assert_eq!(before.brands[0].catalog_version, 1);
    service.clock.advance(Duration::from_secs(60));
    let asked = status.clone().get_server_status(v1::GetServerStatusRequest {}).await.unwrap();
    let seconds = |s: &v1::GetServerStatusResponse| s.current_time.as_ref().unwrap().seconds;
    assert_eq!(seconds(asked.get_ref()) - seconds(&before), 60);
    let metrics = service.metrics();
    assert!(metrics.contains("GetServerStatus"), "{metrics}");
    assert!(!metrics.contains("guests/"), "no ids in labels");
    service.begin_shutdown();
}
