//! A client that keeps its own log: what was acknowledged, and nothing else, is in it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::serving::wire;

/// Signals in a batch.
const BATCH: u64 = 20;

static ACKNOWLEDGED: AtomicU64 = AtomicU64::new(0);

/// How many signals were acknowledged to all clients so far.
pub(super) fn acknowledged() -> u64 {
    ACKNOWLEDGED.load(Ordering::Relaxed)
}

/// Writes batches until it is over, and gives the ids that were acknowledged. A batch without an
/// answer, or with 429 or 5xx, is sent again with the same ids until it has one.
pub(super) fn write(number: u32, address: SocketAddr, key: &str, over: &AtomicBool) -> Vec<String> {
    let mut log = Vec::new();
    let mut sent = 0;
    while !over.load(Ordering::SeqCst) {
        let ids: Vec<String> =
            (sent..sent + BATCH).map(|at| format!("torture-{number}-{at}")).collect();
        sent += BATCH;
        let body = batch(number, &ids);
        while !is_acknowledged(address, key, &body) {
            wire::wait(Duration::from_millis(30));
        }
        ACKNOWLEDGED.fetch_add(BATCH, Ordering::Relaxed);
        log.extend(ids);
    }
    log
}

fn is_acknowledged(address: SocketAddr, key: &str, body: &str) -> bool {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/cloudevents-batch+json"),
    ];
    wire::request(address, "POST", "/v1/signals", &headers, body.as_bytes())
        .is_ok_and(|answer| answer.status() == 202)
}

/// People who look around, and now and then one who asks for a quote.
fn batch(number: u32, ids: &[String]) -> String {
    let items: Vec<String> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let person = format!("{number}-{}", id.len() * 7 + at % 9);
            let kind = if at == 7 { "form.quote" } else { "page.viewed" };
            let (company, mailbox) = (at % 5, if at == 7 { id.as_str() } else { person.as_str() });
            format!(
                r#"{{"specversion":"1.0","id":"{id}","source":"/torture","type":"{kind}","data":{{"email":"{mailbox}@company-{number}-{company}.com","path":"/pricing"}}}}"#
            )
        })
        .collect();
    format!("[{}]", items.join(","))
}
