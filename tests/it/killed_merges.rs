//! The program is killed under merges: each pair of guests is two or one, never something between, and
//! what was acknowledged is so.

use std::time::Duration;

use concierge::api::v1;
use concierge::catalog::demo::DEMO_CATALOG;

use crate::killed::{Home, event};
use crate::support::{self, TestClient};

const KILLS: usize = 4;
const CALLERS: usize = 6;

/// Pairs of guests whose merge was asked for: whether it was acknowledged.
type Asked = Vec<(String, bool)>;

fn name(guest: &str) -> String {
    format!("brands/demo/guests/{guest}")
}

/// Makes guests two by two, and merges them. Ends when the server does.
async fn merge_without_end(client: TestClient, caller: String) -> Asked {
    let mut asked = Asked::new();
    for n in 0.. {
        let pair = format!("{caller}-{n}");
        let view = |side: &str| {
            let guest = format!("{pair}-{side}");
            event(&guest, &format!("{guest}-view"), v1::EventType::View)
        };
        if client.write(vec![view("a"), view("b")]).await.is_err() {
            break;
        }
        for side in ["a", "b"] {
            if client
                .decide(support::decide(&format!("{pair}-{side}"), "portal.hero"))
                .await
                .is_err()
            {
                return asked;
            }
        }
        let request = v1::MergeGuestsRequest {
            source: name(&format!("{pair}-a")),
            target: name(&format!("{pair}-b")),
            ..Default::default()
        };
        let merged = client.guests().merge_guests(request).await;
        asked.push((pair, merged.is_ok()));
        if merged.is_err() {
            break;
        }
    }
    asked
}

async fn timeline(client: &TestClient, guest: &str) -> Vec<(u64, bool)> {
    let request = v1::ListGuestTimelineRequest { parent: name(guest), ..Default::default() };
    let page = client.guests().list_guest_timeline(request).await.unwrap().into_inner();
    let is_joining = |entry: &v1::TimelineEntry| {
        matches!(entry.entry, Some(v1::timeline_entry::Entry::Joining(_)))
    };
    page.entries.iter().map(|entry| (entry.sequence, is_joining(entry))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_leaves_two_guests_or_one() {
    let home = Home::new("5ms");
    let mut asked = Asked::new();
    for kill in 0..=KILLS {
        let server = home.serve();
        let client = home.client(&server);
        if kill == 0 {
            client.publish(DEMO_CATALOG).await.unwrap();
        }
        let mut merged = 0;
        for (pair, is_acknowledged) in asked.drain(..) {
            let [a, b] = ["a", "b"].map(|side| format!("{pair}-{side}"));
            let get = v1::GetGuestRequest { name: name(&a) };
            let guest = client.guests().get_guest(get).await.unwrap().into_inner().guest.unwrap();
            let is_merged = guest.state == v1::GuestState::Merged as i32;
            assert!(is_merged || !is_acknowledged, "{pair}: acknowledged, and gone");
            let lives = [timeline(&client, &a).await, timeline(&client, &b).await];
            let joinings = lives.each_ref().map(|life| life.iter().filter(|(_, is)| *is).count());
            assert_eq!(joinings, [usize::from(is_merged); 2], "{pair}");
            assert_eq!(lives[0] == lives[1], is_merged, "{pair}");
            merged += usize::from(is_merged);
        }
        assert!(kill == 0 || merged > 5, "kill {kill}: {merged} merges");
        if kill == KILLS {
            break;
        }
        let callers = (0..CALLERS).map(|caller| {
            tokio::spawn(merge_without_end(home.client(&server), format!("k{kill}-{caller}")))
        });
        let callers: Vec<_> = callers.collect();
        tokio::time::sleep(Duration::from_millis(400)).await;
        tokio::task::block_in_place(|| drop(server));
        for caller in callers {
            asked.extend(caller.await.unwrap());
        }
    }
    assert!(!home.log().contains("panic"), "{}", home.log());
}
