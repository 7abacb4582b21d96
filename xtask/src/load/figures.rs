//! What a client counts: how long its requests took.

use std::net::SocketAddr;
use std::time::Duration;

use crate::serving::wire;
use crate::shell::now;

/// How long requests took, and those that were not answered as they should.
#[derive(Debug, Default)]
pub(super) struct Latencies {
    took: Vec<Duration>,
    /// Status of answers that were none of those expected; 0 for none at all.
    pub(super) wrong: Vec<u16>,
}

impl Latencies {
    /// Asks, and counts how long the answer took.
    pub(super) fn ask(
        &mut self,
        address: SocketAddr,
        asked: (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<wire::Message> {
        let began = now();
        let answer = wire::request(address, asked.0, asked.1, headers, body.as_bytes()).ok();
        self.took.push(began.elapsed());
        let status = answer.as_ref().map_or(0, wire::Message::status);
        if !matches!(status, 200 | 202) {
            self.wrong.push(status);
        }
        answer
    }

    /// So many hundredths took no longer.
    pub(super) fn at(&self, hundredths: usize) -> Duration {
        let mut sorted = self.took.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        sorted.get((sorted.len() * hundredths / 100).min(last)).copied().unwrap_or_default()
    }

    /// How many were asked.
    pub(super) fn count(&self) -> usize {
        self.took.len()
    }
}

/// One signal as a client sends it.
pub(super) fn signal(id: &str, kind: &str, who: u64) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"/load","type":"{kind}","data":{{"email":"w{who}@company-{}-works.com","path":"/pricing","account":{{"country":"DE","employees":900}}}}}}"#,
        who % 1_500
    )
}
