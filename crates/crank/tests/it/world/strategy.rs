//! The strategies of a world, which differ in what they do when nobody is there.

use std::sync::{Arc, OnceLock};

use rules::{Files, Strategy, compile};

use crate::office::CONTRACT;

const SCORING: &str = r#"
fit:
  cap: 60
  points:
    - { when: "account.employees >= 500", points: 20, name: "500 or more" }
engagement:
  cap: 40
  half_life: 14d
  points:
    - { signal: page.viewed, points: 8, at_most: 24, name: "Pages" }
    - { signal: form.submitted, points: 15, name: "Forms" }
"#;

const READINESS: &str = r#"
table: readiness
hit: first
columns: { asked: 'seen("form.submitted", "1d")', consent: consent.email, unsure: 'seen("chat.opened", "1h")' }
outputs: [decision, kind, sla]
rows:
  - [ "-",  false, "-",  suppress,     "-",                "-" ]
  - [ true, "-",   "-",  hand off,     marketing-to-sales, hot ]
  - [ "-",  "-",   true, ask a person, "-",                "-" ]
  - [ "-",  "-",   "-",  nurture,      "-",                "-" ]
"#;

const TEAM: &str = "\
id,name,email,manager,region,languages,weight,calendar,joined,left
ann,Ann,ann@office.example,,dach,de,1,berlin,2020-01-01,
bob,Bob,bob@office.example,ann,dach,de,2,berlin,2020-01-01,
eve,Eve,eve@office.example,ann,dach,de,1,tokyo,2020-01-01,
kim,Kim,kim@office.example,ann,late,de,1,berlin,2020-01-01,
";

/// One of three versions, compiled once.
pub(super) fn compiled(version: u8) -> &'static (Files, Arc<Strategy>) {
    static COMPILED: OnceLock<Vec<(Files, Arc<Strategy>)>> = OnceLock::new();
    let made = COMPILED.get_or_init(|| {
        let version = |version| {
            let files = files(version);
            let compiled = compile(&files);
            let told: Vec<&str> =
                compiled.diagnostics.list().iter().map(|told| told.message.as_str()).collect();
            let strategy = compiled.strategy.unwrap_or_else(|| panic!("{told:#?}"));
            (files, Arc::new(strategy))
        };
        (0..3).map(version).collect()
    });
    &made[usize::from(version) % made.len()]
}

/// The team of a version: somebody leaves on the third day, or has no row any more.
fn team(version: u8) -> String {
    match version % 3 {
        1 => TEAM.replace(
            "eve,Eve,eve@office.example,ann,dach,de,1,tokyo,2020-01-01,",
            "eve,Eve,eve@office.example,ann,dach,de,1,tokyo,2020-01-01,2026-11-27",
        ),
        2 => TEAM
            .lines()
            .filter(|row| !row.starts_with("bob"))
            .fold(String::new(), |rows, row| rows + row + "\n"),
        _ => TEAM.to_owned(),
    }
}

fn files(version: u8) -> Files {
    let named = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let all_away = ["hold", "next route", "ignore hours"][usize::from(version) % 3];
    let queue = ["unassigned", "unassigned", "lobby"][usize::from(version) % 3];
    let routing = format!(
        "routes:
  - {{ route: tagged, when: '\"do-not-route\" in account.tags', to: {{ hold: do-not-route }} }}
  - {{ route: everybody, to: {{ pool: sales }} }}
  - {{ route: catch-all, to: {{ queue: {queue} }} }}
pools:
  sales:
    members: 'member.region == \"dach\"'
    method: weighted
    caps: {{ hour: 2, day: 5, open: 3 }}
    all_away: {all_away}
    all_capped: {}
    offer: {{ then: next member }}
  late:
    members: 'member.region == \"late\"'
    method: in turn
    all_away: hold
    all_capped: hold
    offer: {{ then: stay }}
queues:
  {queue}: {{ owner: ann, within: 2h, alarm: true }}
",
        ["hold", "next route", "hold"][usize::from(version) % 3],
    );
    let sla = format!(
        "hot:
  calendar: owner
  accept:      {{ within: 1h, warn: 45m }}
  first touch:
    within: 4h
    warn: 3h
    on silence:
      - {{ at: warn,   do: remind }}
      - {{ at: breach, do: tell manager }}
      - {{ after: 1h,  do: reassign }}
  qualify:     {{ within: 3 working days }}
  on silence:
    - {{ at: warn,   do: remind }}
    - {{ at: breach, do: tell manager }}
    - {{ after: 1h,  do: reassign }}
    - {{ after: 2h,  do: pool late }}
    - {{ after: 1 working day, do: queue {queue} }}
"
    );
    let destinations = [
        "destinations:
  chat: { digest: 10m, rate: 12/h }
steps:
  - { step: tell the CRM,  to: crm,     when: offered,  send: [handoff, brief], undo: withdrawn }
  - { step: tell the chat, to: chat,    when: offered,  send: [handoff] }
  - { step: tell the lobby, to: lobby,  when: queued,   send: [handoff], undo: withdrawn }
  - { step: archive,       to: archive, when: accepted, send: [handoff] }
  - { step: tell the boss, to: chat,    when: escalated, tell: manager, send: [brief] }
  - { step: tell of loss,  to: chat,    when: reassigned, tell: previous owner }
  - { step: nudge,         to: chat,    when: reminded, tell: owner }
",
        "steps:
  - { step: tell the chat, to: chat,    when: offered,  send: [handoff] }
  - { step: tell the CRM,  to: crm,     when: offered,  send: [handoff, brief], undo: withdrawn }
  - { step: tell the lobby, to: lobby,  when: queued,   send: [handoff], undo: withdrawn }
",
        "steps:
  - { step: tell the CRM,  to: crm,     when: offered,  send: [handoff, brief], undo: withdrawn }
  - { step: tell the lobby, to: lobby,  when: queued,   send: [handoff], undo: withdrawn }
",
    ][usize::from(version) % 3];
    // In the last, what is said of a company alone starts something there.
    let starts = match version % 3 {
        2 => "starts: [form.*, quote.asked, page.viewed, { chat.opened: { for: most engaged } }]\n",
        _ => "",
    };
    let readiness = format!("{starts}{READINESS}");
    let autonomy = ["automatic", "automatic", "review"][usize::from(version) % 3];
    let strategy = format!("strategy: world\nseed: 7\nautonomy: {{ assign: {autonomy} }}\n");
    Files(
        [
            named("strategy.yaml", &strategy),
            named("scoring.yaml", SCORING),
            named("readiness.yaml", &readiness),
            named("routing.yaml", &routing),
            named("sla.yaml", &sla),
            named("team.csv", &team(version)),
            named(
                "calendars/berlin.yaml",
                "zone: Europe/Berlin\nweek: { mon-fri: [\"09:00-18:00\"] }\n",
            ),
            named(
                "calendars/tokyo.yaml",
                "zone: Asia/Tokyo\nweek: { mon-fri: [\"09:00-18:00\"] }\n",
            ),
            named("destinations.yaml", destinations),
            named("contracts/lead.yaml", CONTRACT),
        ]
        .into(),
    )
}
