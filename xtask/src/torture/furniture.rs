//! What the server under torture is given: its settings, a strategy and a team of two.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::serving::office::Office;

/// The folder, below the office's own, of all that must outlive a power cut: the data folder and the
/// file that deliveries are written to.
pub(super) const DISK: &str = "disk";
/// The data folder.
const DATA: &str = "disk/data";
/// Where one of the destinations writes, in that folder.
pub(super) const ARCHIVE: &str = "archive.jsonl";
/// What a client may do that also has people erased.
const SCOPE: &str = "ingest,read,work,revops";

/// An office with a strategy, which is not yet in force.
pub(super) fn found(program: Option<&Path>) -> anyhow::Result<Office> {
    let office = Office::found("torture", program)?
        .with_variable("TORTURE_SECRET", SECRET)
        .with_data(DATA)
        .with_scope(SCOPE);
    let strategy = strategy(&office);
    for (name, text) in FILES {
        let path = strategy.join(name);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, text)?;
    }
    fs::create_dir_all(office.folder.join(DISK))?;
    Ok(office)
}

/// Founds an office whose strategy hands off whoever asks for a quote, and tells the receiver.
pub(super) fn office(program: Option<&Path>, receiver: SocketAddr) -> anyhow::Result<Office> {
    let office = found(program)?;
    let (settings, strategy) = (settings(receiver, &office.folder), strategy(&office));
    office.open(&settings, &strategy)
}

/// The same office in another folder, which tells another receiver.
pub(super) fn moved(office: &Office, to: &Path, receiver: SocketAddr) -> anyhow::Result<Office> {
    office.moved(to, &settings(receiver, to))
}

/// The file that deliveries are written to.
pub(super) fn archive(office: &Office) -> PathBuf {
    office.folder.join(DISK).join(ARCHIVE)
}

/// The folder of the strategy.
pub(super) fn strategy(office: &Office) -> PathBuf {
    office.folder.join("strategy")
}

fn settings(receiver: SocketAddr, folder: &Path) -> String {
    format!(
        "[sources.web]\nkind = \"cloudevents\"\nverifies = [\"email\"]\n\n\
         [destinations.crm]\nkind = \"webhook\"\nendpoint = \"http://{receiver}/hook\"\ncredential = \"env:TORTURE_SECRET\"\n\n\
         [destinations.archive]\nkind = \"file\"\npath = \"{}\"\n\n[network]\nallow_private = [\"127.0.0.1/32\"]\n",
        folder.join(DISK).join(ARCHIVE).display(),
    )
}

const SECRET: &str = "whsec_dG9ydHVyZS1vZi1hLXNlcnZlci10aGF0LWlzLWtpbGxlZA==";

const FILES: [(&str, &str); 8] = [
    ("strategy.yaml", "strategy: torture\nseed: 1\nautonomy: { assign: automatic }\n"),
    (
        "scoring.yaml",
        "engagement:\n  half_life: 14d\n  points:\n    - { signal: page.viewed, points: 2 }\n",
    ),
    (
        "readiness.yaml",
        "table: readiness\nhit: first\ncolumns: { asked: 'seen(\"form.quote\", \"1d\")' }\n\
         outputs: [decision, kind, sla]\nrows:\n  - [ true, hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n",
    ),
    (
        "routing.yaml",
        "routes:\n  - { route: everybody, to: { pool: all } }\n  - { route: catch-all, to: { queue: unassigned } }\n\
         pools:\n  all:\n    members: 'member.region == \"all\"'\n    method: in turn\n    all_away: ignore hours\n    all_capped: next route\n    offer: { then: next member }\n\
         queues:\n  unassigned: { owner: ann, within: 2h, alarm: true }\n",
    ),
    (
        "sla.yaml",
        "hot:\n  calendar: owner\n  accept: { within: 4h }\n  first touch: { within: 8h }\n",
    ),
    (
        "team.csv",
        "id,name,email,manager,region,weight,calendar,joined,left\nann,Ann,,,all,1,always,2020-01-01,\nbob,Bob,,,all,1,always,2020-01-01,\n",
    ),
    ("calendars/always.yaml", "zone: UTC\nweek: { mon-sun: [\"00:00-24:00\"] }\nholidays: []\n"),
    (
        "destinations.yaml",
        "steps:\n  - { step: tell the CRM, to: crm, when: offered, send: [handoff, brief], undo: withdrawn }\n  - { step: archive, to: archive, when: offered, send: [handoff] }\n",
    ),
];
