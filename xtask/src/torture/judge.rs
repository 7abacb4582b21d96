//! The verdict on a folder, from what stands outside the program alone: the clients' history, the
//! receiver's ledger by `webhook-id`, the file that deliveries are written to, and what the program
//! exports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::client::{History, Load};
use super::furniture;
use super::ledger::Ledger;
use crate::serving::office::Office;
use crate::serving::server::Server;
use crate::serving::wire;
use crate::shell;

/// How long the outbox may take to empty once nothing fails any more.
pub(super) const DRAIN: Duration = Duration::from_mins(3);

/// What doctor says of an erasure that has begun.
const HALF_ERASED: &str = "error[store-erasure-unsettled]";

/// What was found wrong, and what it was found in.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) findings: Vec<String>,
    /// Signals whose acknowledgement the clients had.
    pub(super) acknowledged: usize,
    /// Signals in the journal.
    pub(super) arrived: usize,
    /// Deliveries with an id of their own.
    pub(super) delivered: usize,
    /// Deliveries that came more than once.
    pub(super) repeated: usize,
}

/// Looks at the folder as it lies, then serves it: it must start, accept one more batch, bring
/// everything to its end and stop in order. Then judges what is there.
pub(super) fn reopen(
    office: &Office,
    ledger: &Ledger,
    history: &History,
    patience: Duration,
) -> Verdict {
    let mut findings = Vec::new();
    for verb in [&["doctor"][..], &["audit", "verify"]] {
        match office.complaints(verb) {
            Ok(said) if said.trim().is_empty() || is_half_erased(&said, history) => {}
            Ok(said) => findings.push(format!("before serving, {} says: {said}", verb.join(" "))),
            Err(error) => findings.push(format!("{} does not run: {error:#}", verb.join(" "))),
        }
    }
    let mut history = history.clone();
    if let Err(error) = serve_once_more(office, ledger, &mut history, patience) {
        findings.push(format!("{error:#}"));
    }
    let mut verdict = judge(office, ledger, &history);
    findings.append(&mut verdict.findings);
    Verdict { findings, ..verdict }
}

/// An erasure that nobody had the receipt of may be half done; the next start finishes it.
fn is_half_erased(said: &str, history: &History) -> bool {
    let problems: Vec<&str> = said.lines().filter(|line| line.starts_with("error[")).collect();
    history.erasures.iter().any(|erasure| erasure.done.is_none())
        && !problems.is_empty()
        && problems.iter().all(|problem| problem.starts_with(HALF_ERASED))
}

fn serve_once_more(
    office: &Office,
    ledger: &Ledger,
    history: &mut History,
    patience: Duration,
) -> anyhow::Result<()> {
    ledger.heal();
    let mut server = Server::start(office)?;
    server.wait_until_ready(office)?;
    let load = Load::new(office.address, &office.key, "after");
    load.abandon();
    load.batch(0, 0);
    // Turns are taken in order: once the last signal is decided and told of, so are those before.
    let last = load.ask(1);
    let more = load.history().clone();
    anyhow::ensure!(!more.acknowledged.is_empty(), "it serves, and accepts nothing");
    history.sent.extend(more.sent);
    history.acknowledged.extend(more.acknowledged);
    if let Some(handoff) = last {
        wait_until_told(office, ledger, &handoff, patience)?;
    }
    server.wait_until_idle(office, patience)?;
    server.terminate()
}

/// Waits until both destinations have heard of a handoff.
fn wait_until_told(
    office: &Office,
    ledger: &Ledger,
    handoff: &str,
    patience: Duration,
) -> anyhow::Result<()> {
    let began = shell::now();
    let path = furniture::archive(office);
    while !ledger.effects().handoffs.contains(handoff)
        || !archived(&path, &mut Vec::new()).contains(handoff)
    {
        anyhow::ensure!(began.elapsed() < patience, "nobody is told of a new handoff");
        wire::wait(Duration::from_millis(20));
    }
    Ok(())
}

/// Judges a folder that no server holds and in which nothing waits.
pub(super) fn judge(office: &Office, ledger: &Ledger, history: &History) -> Verdict {
    let mut verdict = Verdict { acknowledged: history.acknowledged.len(), ..Verdict::default() };
    match office.exported() {
        Ok(exported) => {
            let journal = Journal::read(&exported.facts);
            verdict.arrived = journal.arrived.values().sum();
            verdict.findings.extend(journal.compare(history));
            verdict.findings.extend(still_there(&exported.text, history));
            let told = [
                ("the receiver", ledger.effects().handoffs),
                ("the archive", archived(&furniture::archive(office), &mut verdict.findings)),
            ];
            for (whom, told) in told {
                verdict.findings.extend(journal.untold(history, whom, &told));
            }
        }
        Err(error) => verdict.findings.push(format!("the journal cannot be read: {error:#}")),
    }
    let effects = ledger.effects();
    (verdict.delivered, verdict.repeated) = (effects.received, effects.repeated);
    if effects.changed > 0 {
        verdict.findings.push(format!("{} deliveries came with other bytes", effects.changed));
    }
    if !effects.doubled.is_empty() {
        verdict.findings.push(format!("effects are there twice: {:?}", effects.doubled));
    }
    match office.doctor() {
        Ok(said) if said.trim().is_empty() => {}
        Ok(said) => verdict.findings.push(format!("doctor finds: {said}")),
        Err(error) => verdict.findings.push(format!("doctor does not run: {error:#}")),
    }
    verdict
}

/// What the journal says, as far as clients can know it too.
struct Journal {
    /// How often each signal arrived, by the server's id.
    arrived: BTreeMap<String, usize>,
    /// The server's ids by the clients' own, as far as they are not erased.
    by_client: BTreeMap<String, Vec<String>>,
    /// Handoffs by the signal that began them.
    handoffs: BTreeMap<String, String>,
}

impl Journal {
    fn read(facts: &[Value]) -> Self {
        let mut journal = Self {
            arrived: BTreeMap::new(),
            by_client: BTreeMap::new(),
            handoffs: BTreeMap::new(),
        };
        for fact in facts {
            let Some(id) = fact["id"].as_str().map(str::to_owned) else { continue };
            match fact["kind"].as_str() {
                Some("signal-arrived") => {
                    *journal.arrived.entry(id.clone()).or_default() += 1;
                    if let Some(client) = fact["source_id"].as_str() {
                        journal.by_client.entry(client.to_owned()).or_default().push(id);
                    }
                }
                Some("handoff-proposed") => {
                    if let Some(signal) = fact["signal"].as_str() {
                        journal.handoffs.insert(signal.to_owned(), id);
                    }
                }
                _ => {}
            }
        }
        journal
    }

    fn compare(&self, history: &History) -> Vec<String> {
        let mut findings = Vec::new();
        let lost: Vec<&String> = history
            .acknowledged
            .iter()
            .filter(|one| {
                let known = one.signal.as_ref().is_some_and(|id| self.arrived.contains_key(id));
                !known && !self.by_client.contains_key(&one.id)
            })
            .map(|one| &one.id)
            .collect();
        if !lost.is_empty() {
            findings.push(format!("{} acknowledged signals are lost: {:?}", lost.len(), lost[0]));
        }
        let twice = self.arrived.iter().filter(|(_, times)| **times > 1).map(|(id, _)| id);
        let twice: Vec<&String> = twice
            .chain(self.by_client.iter().filter(|(_, ids)| ids.len() > 1).map(|(id, _)| id))
            .filter(|id| *id != "erased")
            .collect();
        if !twice.is_empty() {
            findings.push(format!("{} signals are there twice: {:?}", twice.len(), twice[0]));
        }
        let invented: Vec<&String> = self
            .by_client
            .keys()
            .filter(|id| !history.sent.contains(*id) && *id != "erased")
            .collect();
        if !invented.is_empty() {
            findings.push(format!("{} signals nobody sent: {:?}", invented.len(), invented[0]));
        }
        findings
    }

    /// Everybody who asked for a quote, and was not erased, must have been told of.
    fn untold(&self, history: &History, whom: &str, told: &BTreeSet<String>) -> Vec<String> {
        let erased: BTreeSet<&String> =
            history.erasures.iter().map(|erasure| &erasure.address).collect();
        let untold: Vec<&String> = history
            .acknowledged
            .iter()
            .filter(|one| one.asks.as_ref().is_some_and(|address| !erased.contains(address)))
            .filter(|one| {
                let signal = one.signal.as_ref().or_else(|| self.by_client.get(&one.id)?.first());
                let handoff = signal.and_then(|signal| self.handoffs.get(signal));
                handoff.is_none_or(|handoff| !told.contains(handoff))
            })
            .map(|one| &one.id)
            .collect();
        match untold.first() {
            None => Vec::new(),
            Some(first) => {
                vec![format!("{whom} was never told of {} handoffs: {first:?}", untold.len())]
            }
        }
    }
}

/// People whose erasure was confirmed and whose address is still in what is exported.
fn still_there(exported: &str, history: &History) -> Vec<String> {
    let confirmed = history.erasures.iter().filter(|erasure| erasure.done.is_some());
    confirmed
        .filter(|erasure| exported.contains(&erasure.address))
        .map(|erasure| format!("{} was erased and can be read", erasure.address))
        .collect()
}

/// The handoffs that the file of deliveries tells of. A line that is there twice, and a second step
/// of one kind that no line takes back, are findings; a torn line is not.
fn archived(path: &Path, findings: &mut Vec<String>) -> BTreeSet<String> {
    let text = fs::read(path).unwrap_or_default();
    let mut ids: BTreeMap<String, u32> = BTreeMap::new();
    let mut handoffs = BTreeSet::new();
    for line in text.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<Value>(line) else { continue };
        if let (Some(id), Some(handoff)) = (line["delivery"].as_str(), line["handoff"].as_str()) {
            *ids.entry(id.to_owned()).or_default() += 1;
            handoffs.insert(handoff.to_owned());
        }
    }
    let twice: Vec<_> = ids.iter().filter(|(_, times)| **times > 1).map(|(id, _)| id).collect();
    if let Some(first) = twice.first() {
        findings.push(format!("{} deliveries are in the archive twice: {first}", twice.len()));
    }
    handoffs
}
