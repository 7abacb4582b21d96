//! `cargo xtask clients`: Segment's official clients, pointed at the program and judged from outside.
//!
//! What was sent rests on what each client says of itself; what became of it, on what the program
//! answers over HTTP: the account, its handoff, and the brief's evidence.

mod brief;
mod kit;
mod sent;

use std::fs;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::serving::office::Office;
use crate::serving::server::Server;
use crate::serving::wire;
use crate::shell::{now, root, say};
use kit::{CLIENTS, Client};
use sent::Sent;

/// How long a handoff may take after the last message was answered.
const PATIENCE: Duration = Duration::from_secs(20);

/// The strategy that decides: the example, as it is.
const STRATEGY: &str = "examples/strategies/acme";

/// Runs both clients and says what was found. A client that cannot be had here is left out, with
/// the reason; without any client this fails.
pub fn run() -> anyhow::Result<()> {
    let office = Office::found("clients", None)?;
    let settings = settings(&office);
    let office = office.open(&settings, &root().join(STRATEGY))?;
    let mut server = Server::start(&office)?;
    server.wait_until_ready(&office)?;
    say(&format!("baton serves on http://{} under {STRATEGY}", office.address))?;
    let mut met = 0;
    for client in &CLIENTS {
        say(&format!("\n{} {}", client.package, client.version))?;
        match client.install(&office.folder) {
            Ok(installed) => {
                let sent = installed.send(&office).context(client.package)?;
                follow(&office, client, &sent).context(client.package)?;
                met += 1;
            }
            Err(reason) => say(&format!("  left out: {reason:#}"))?,
        }
    }
    server.terminate()?;
    ensure!(met > 0, "neither client could be had here, so that this shows nothing");
    say(&format!("\n{met} of {} clients: from the message to the brief", CLIENTS.len()))?;
    fs::remove_dir_all(&office.folder).context("could not clear up")
}

/// A source for servers, which know whom they identify; destinations that stay on this machine.
fn settings(office: &Office) -> String {
    let file = |name: &str| office.folder.join(name).display().to_string();
    format!(
        "[sources.web]\nkind = \"segment\"\nverifies = [\"external_id\", \"email\"]\ncontract = \"lead-web\"\n\n\
         [destinations.crm-hook]\nkind = \"file\"\npath = \"{}\"\n\n\
         [destinations.archive]\nkind = \"file\"\npath = \"{}\"\n",
        file("crm.jsonl"),
        file("archive.jsonl"),
    )
}

/// From the account by its domain to the handoff and its brief.
fn follow(office: &Office, client: &Client, sent: &Sent) -> anyhow::Result<()> {
    say(&format!("  the client calls itself {}", sent.library))?;
    for (id, call) in &sent.calls {
        say(&format!("  sent {call:<8} {id}"))?;
    }
    let path = format!("/v1/accounts/{}", client.domain);
    let account = account_with_handoff(office, &path)?;
    let open = account["handoffs"].as_array().map_or(&[][..], Vec::as_slice);
    ensure!(open.len() == 1, "{path} has {} open handoffs, not one", open.len());
    let handoff = open[0]["id"].as_str().context("a handoff without an id")?;
    let whole = get(office, &format!("/v1/handoffs/{handoff}"))?;
    let owner = whole["owner"]["id"].as_str().context("the handoff has no owner")?;
    let kind = whole["owner"]["kind"].as_str().unwrap_or_default();
    let state = whole["state"].as_str().context("the handoff has no state")?;
    say(&format!("  GET {path}: {} touches, {handoff}", account["touches"]))?;
    say(&format!("  GET /v1/handoffs/{handoff}: {state} to {kind} {owner}"))?;
    let written = get(office, &format!("/v1/handoffs/{handoff}/brief"))?;
    let seen = brief::judge(&written, handoff, sent)?;
    say(&format!("  GET /v1/handoffs/{handoff}/brief: {} claims", seen.claims))?;
    for (id, call) in &sent.calls {
        let claims = &seen.cited[id];
        say(&format!("    {call:<8} {id} in {} claims, as in {:?}", claims.len(), claims[0]))?;
    }
    say(&format!("    owner    {:?}", seen.owner))?;
    Ok(())
}

/// Asks for the account until its handoff is there.
fn account_with_handoff(office: &Office, path: &str) -> anyhow::Result<Value> {
    let began = now();
    loop {
        let answer = get(office, path);
        match answer {
            Ok(account) if account["handoffs"].as_array().is_some_and(|open| !open.is_empty()) => {
                return Ok(account);
            }
            Ok(account) if began.elapsed() > PATIENCE => {
                anyhow::bail!(
                    "no handoff after {PATIENCE:?}; decided was {}",
                    account["decisions"]
                );
            }
            Err(problem) if began.elapsed() > PATIENCE => return Err(problem),
            Ok(_) | Err(_) => wire::wait(Duration::from_millis(50)),
        }
    }
}

fn get(office: &Office, path: &str) -> anyhow::Result<Value> {
    let bearer = format!("Bearer {}", office.key);
    let headers = [("authorization", bearer.as_str())];
    let answer = wire::request(office.address, "GET", path, &headers, b"")?;
    let says = String::from_utf8_lossy(&answer.body);
    ensure!(answer.status() == 200, "GET {path} answers {}: {says}", answer.status());
    serde_json::from_slice(&answer.body).with_context(|| format!("GET {path} answers no JSON"))
}
