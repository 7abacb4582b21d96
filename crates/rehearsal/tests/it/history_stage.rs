//! A small company and small exports for stories of rehearsals.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use connectors::import::{ImportMap, parse_map};
use notation::{Diagnostics, Sources};
use rehearsal::history::{Behaviour, History, Rehearsal, read, rehearse};
use rules::{Files, Strategy, compile};

/// Leads, and deals that are known only afterwards.
pub(crate) const MAP: &str = r#"
source: shop
files:
  "leads*.csv":
    kind: lead.created
    lead: true
    id: id
    time: { column: came, formats: ["%Y-%m-%d"] }
    subject: { external_id: id }
    fields: { origin: text, stage: text }
    outcome: [stage, closed, agent]
  "deals*.csv":
    kind: deal.won
    id: id
    time: { column: won, formats: ["%Y-%m-%d"] }
    subject: { external_id: id }
    fields: { segment: text }
    outcome: [segment, agent]
"#;

/// Two who work around the clock for the web, two for the fairs, and one for whatever is left.
pub(crate) const TEAM: &str = "\
id,name,region,weight,calendar
ann,Ann Adams,web,1,always
bob,Bob Brown,web,1,always
cid,Cid Clark,fair,1,always
dot,Dot Davis,fair,1,always
eve,Eve Evans,rest,1,always
";

pub(crate) const ROUTING: &str = r#"
routes:
  - { route: web, when: 'lead.origin == "web"', to: { pool: web } }
  - { route: fairs, when: 'lead.origin == "fair"', to: { pool: fair } }
  - { route: rest, to: { pool: rest } }
  - { route: catch-all, to: { queue: unassigned } }
pools:
  web: { members: 'member.region == "web"', method: weighted, all_away: hold, all_capped: hold, offer: { then: next member } }
  fair: { members: 'member.region == "fair"', method: weighted, all_away: hold, all_capped: hold, offer: { then: next member } }
  rest: { members: 'member.region == "rest"', method: in turn, caps: { open: 1 }, all_away: hold, all_capped: hold, offer: { then: stay } }
queues:
  unassigned: { owner: eve, within: 2h, alarm: true }
"#;

pub(crate) const SCORING: &str = r#"
fit:
  cap: 60
  points:
    - { when: 'lead.origin == "web"', points: 20, name: "Web" }
    - { when: 'lead.stage == "Won"', points: 40, name: "Already won" }
engagement:
  cap: 40
  half_life: 14d
  points:
    - { signal: lead.created, points: 8, at_most: 24, name: "Came" }
"#;

pub(crate) const READINESS: &str = r#"
table: readiness
hit: first
columns: { origin: lead.origin }
outputs: [decision, kind, sla]
rows:
  - [ '"spam"', suppress, "-", "-" ]
  - [ "-", hand off, marketing-to-sales, hot ]
"#;

pub(crate) const SLA: &str = r"
hot:
  calendar: owner
  accept:      { within: 1h, warn: 45m }
  first touch: { within: 4h }
  on silence:
    - { at: breach, do: reassign }
";

const CALENDAR: &str = r#"
zone: UTC
week: { mon-sun: ["00:00-24:00"] }
holidays: []
"#;

const DESTINATIONS: &str = r"
steps:
  - { step: tell the CRM, to: crm,     when: offered,  send: [handoff, brief], undo: withdrawn }
  - { step: archive,      to: archive, when: accepted, send: [handoff] }
";

/// The strategy with a team of one's own.
pub(crate) fn strategy_of(team: &str) -> Arc<Strategy> {
    strategy_with(&[("team.csv", team)])
}

/// The strategy with some of its files written anew.
pub(crate) fn strategy_with(other: &[(&str, &str)]) -> Arc<Strategy> {
    let named = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let mut files = Files(
        [
            named("strategy.yaml", "strategy: shop\nseed: 7\nautonomy: { assign: automatic }\n"),
            named("scoring.yaml", SCORING),
            named("readiness.yaml", READINESS),
            named("routing.yaml", ROUTING),
            named("sla.yaml", SLA),
            named("team.csv", TEAM),
            named("calendars/always.yaml", CALENDAR),
            named("destinations.yaml", DESTINATIONS),
        ]
        .into(),
    );
    files.0.extend(other.iter().map(|(name, text)| named(name, text)));
    compiled(&files)
}

pub(crate) fn strategy() -> Arc<Strategy> {
    strategy_of(TEAM)
}

pub(crate) fn compiled(files: &Files) -> Arc<Strategy> {
    let compiled = compile(files);
    let told: Vec<&str> =
        compiled.diagnostics.list().iter().map(|told| told.message.as_str()).collect();
    Arc::new(compiled.strategy.unwrap_or_else(|| panic!("{told:#?}")))
}

pub(crate) fn map(text: &str) -> ImportMap {
    let mut sources = Sources::new();
    let file = sources.add("map.yaml", text.to_owned());
    let mut out = Diagnostics::new();
    parse_map(&sources, file, &mut out).unwrap_or_else(|| panic!("{:#?}", out.list()))
}

/// Reads exports that are given as text.
pub(crate) fn history(files: &[(&str, &str)]) -> History {
    history_under(&map(MAP), files, 1)
}

pub(crate) fn history_under(map: &ImportMap, files: &[(&str, &str)], threads: usize) -> History {
    let named = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes())).collect();
    read(map, named, threads, &|_| {}).expect("files that fit")
}

pub(crate) fn play(history: &History) -> Rehearsal {
    play_as(&strategy(), history, Behaviour::Prompt)
}

pub(crate) fn play_as(
    strategy: &Arc<Strategy>,
    history: &History,
    behaviour: Behaviour,
) -> Rehearsal {
    rehearse(strategy, history, behaviour, 1, &|_| ControlFlow::Continue(())).expect("memory")
}

/// The lines of a rehearsal, and its summary by itself.
pub(crate) fn lines(rehearsal: &Rehearsal) -> (Vec<String>, serde_json::Value) {
    let mut out = Vec::new();
    rehearsal.write(&mut out, 1).expect("memory");
    let text = String::from_utf8(out).expect("JSON");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let last = lines.pop().expect("a summary");
    let last: serde_json::Value = serde_json::from_str(&last).expect("JSON");
    (lines, last["summary"].clone())
}

pub(crate) fn value(line: &str) -> serde_json::Value {
    serde_json::from_str(line).expect("JSON")
}

/// So many leads, from the web and from fairs, two a day; every fifth of them is won ten days later.
pub(crate) fn leads_and_deals(number: usize) -> (String, String) {
    let (mut leads, mut deals) = ("id,came,origin,stage,closed,agent\n".to_owned(), String::new());
    deals.push_str("id,won,segment,agent\n");
    for lead in 0..number {
        let origin = if lead % 3 == 0 { "fair" } else { "web" };
        writeln!(leads, "L{lead:04},{},{origin},,,", date(lead / 2)).expect("memory");
        if lead % 5 == 0 {
            writeln!(deals, "L{lead:04},{},pets,zoe", date(lead / 2 + 10)).expect("memory");
        }
    }
    (leads, deals)
}

/// A day of 2026 by its number.
pub(crate) fn date(day: usize) -> String {
    let first = jiff::civil::date(2026, 1, 1);
    let days = jiff::Span::new().days(i64::try_from(day).expect("a small number"));
    first.checked_add(days).expect("a date").to_string()
}

/// The folder of a data set, unless it is not here.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    #[expect(clippy::disallowed_methods, reason = "tests are told where the data is")]
    let folder = std::env::var("BATON_TEST_DATA").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|_| root.join("../shared/data")).join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    crate::skipped_test::skipped(&format!("{} is not here", folder.display()));
    None
}

/// A strategy of the examples.
pub(crate) fn example(name: &str) -> Arc<Strategy> {
    let root =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/strategies").join(name);
    let mut files = Files::default();
    gather(&root, "", &mut files);
    compiled(&files)
}

fn gather(folder: &std::path::Path, prefix: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("a folder of the examples") {
        let entry = entry.expect("readable");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            files.0.insert(name, std::fs::read(entry.path()).expect("readable"));
        }
    }
}

/// A map of the examples.
pub(crate) fn example_map(name: &str) -> ImportMap {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/maps");
    map(&std::fs::read_to_string(root.join(name)).expect("a map of the examples"))
}

/// The header of a file and its first rows.
pub(crate) fn beginning(path: &std::path::Path, rows: usize) -> String {
    let text = std::fs::read_to_string(path).expect("readable");
    text.lines().take(rows + 1).flat_map(|line| [line, "\n"]).collect()
}
