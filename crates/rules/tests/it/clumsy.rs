//! What people get wrong in a strategy, one thing a row, and what they are told: the place where they
//! wrote it, and how to mend it. And what no person would write.

use notation::Severity;
use rules::{Compiled, Files, compile};

use crate::examples::files;

/// A file of the example, what stands there, what is written instead, and the code of what is told.
const ROWS: &[(&str, &str, &str, &str)] = &[
    ("strategy.yaml", "strategy: acme-inbound", "stratgey: acme-inbound", "unknown-key"),
    ("strategy.yaml", "strategy: acme-inbound", "strategy:", "missing-key"),
    ("strategy.yaml", "strategy: acme-inbound", "strategy: [a]", "yaml-type"),
    ("strategy.yaml", "seed: 2026 ", "seed: -3 ", "yaml-type"),
    ("strategy.yaml", "seed: 2026 ", "seed: 12.5 ", "yaml-type"),
    ("strategy.yaml", "seed: 2026 ", "seed: abc ", "yaml-type"),
    ("strategy.yaml", "explore: 2%", "explore: 2", "share-unreadable"),
    ("strategy.yaml", "explore: 2%", "explore: 80%", "share-unreadable"),
    ("strategy.yaml", "assign: automatic", "assign: auto", "autonomy-unknown"),
    ("strategy.yaml", "assign: automatic", "asign: automatic", "action-unknown"),
    ("strategy.yaml", "then: review", "then: reviw", "autonomy-unknown"),
    ("strategy.yaml", "then: review", "than: review", "unknown-key"),
    (
        "strategy.yaml",
        "account.open_pipeline > money",
        "account.open_pipline > money",
        "name-doubtful",
    ),
    ("strategy.yaml", "money(\"250000\", \"EUR\")", "money(250000, EUR)", "name-unknown"),
    (
        "strategy.yaml",
        "money(\"250000\", \"EUR\")",
        "money(\"250,000\", \"EUR\")",
        "expression-syntax",
    ),
    (
        "strategy.yaml",
        "money(\"250000\", \"EUR\")",
        "money(\"250000\", \"euro\")",
        "expression-syntax",
    ),
    (
        "strategy.yaml",
        "\"legal-hold\" in account.tags",
        "account.tags contains \"legal-hold\"",
        "expression-syntax",
    ),
    (
        "strategy.yaml",
        "\"legal-hold\" in account.tags",
        "account.tags == \"legal-hold\"",
        "expression-type",
    ),
    ("strategy.yaml", "autonomy:  ", "autonomy: yes  ", "yaml-syntax"),
    ("readiness.yaml", "hit: first", "hit: frist", "hit-unknown"),
    ("readiness.yaml", "table: readiness", "tabel: readiness", "unknown-key"),
    ("readiness.yaml", "total: score.total", "total: scores.total", "name-unknown"),
    ("readiness.yaml", "total: score.total", "total: score.totl", "name-unknown"),
    (
        "readiness.yaml",
        "hand off,     marketing-to-sales, hot",
        "handoff,     marketing-to-sales, hot",
        "action-unknown",
    ),
    (
        "readiness.yaml",
        "hand off,     marketing-to-sales, hot",
        "hand off,     marketing-to-sale, hot",
        "name-doubtful",
    ),
    (
        "readiness.yaml",
        "hand off,     marketing-to-sales, hot",
        "hand off,     marketing-to-sales, hott",
        "sla-unknown",
    ),
    (
        "readiness.yaml",
        "hand off,     marketing-to-sales, hot",
        "hand off,     marketing-to-sales",
        "table-shape",
    ),
    ("readiness.yaml", "\">= 60\"", "\"[40-60)\"", "cell-unreadable"),
    ("readiness.yaml", "\">= 60\"", "\"[60..40)\"", "cell-unreadable"),
    (
        "readiness.yaml",
        "\">= 60\",   true,    \"not",
        "\"=> 60\",   true,    \"not",
        "cell-unreadable",
    ),
    (
        "readiness.yaml",
        "\">= 60\",   true,    \"not",
        "\"sixty\",   true,    \"not",
        "cell-unreadable",
    ),
    (
        "readiness.yaml",
        "\">= 60\",   true,    \"not",
        "\">= 60\",   yes,    \"not",
        "cell-unreadable",
    ),
    (
        "readiness.yaml",
        "\">= 60\",   true,    \"not",
        "\">= 60\",   \"tru\",    \"not",
        "cell-unreadable",
    ),
    (
        "readiness.yaml",
        "  - [ \"-\",       \"-\",     \"-\",         \"-\",    nurture,      \"-\",                \"-\"  ]\n",
        "",
        "table-gap",
    ),
    (
        "readiness.yaml",
        "outputs: [decision, kind, sla]",
        "outputs: [decison, kind, sla]",
        "table-shape",
    ),
    ("readiness.yaml", "outputs: [decision, kind, sla]", "outputs: []", "table-shape"),
    (
        "readiness.yaml",
        "seen(\"form.quote\", \"1d\")",
        "seen(\"form.quote\", 1d)",
        "expression-syntax",
    ),
    (
        "readiness.yaml",
        "seen(\"form.quote\", \"1d\")",
        "seen(\"form.quote\", \"1 day ago\")",
        "expression-syntax",
    ),
    (
        "readiness.yaml",
        "seen(\"form.quote\", \"1d\")",
        "saw(\"form.quote\", \"1d\")",
        "function-unknown",
    ),
    ("readiness.yaml", "seen(\"form.quote\", \"1d\")", "seen(form.quote, \"1d\")", "name-unknown"),
    ("readiness.yaml", "rows:\n", "rows: none\nx:\n", "file-missing"),
    ("routing.yaml", "to: { pool: energy-dach }", "to: { pool: energy_dach }", "pool-unknown"),
    ("routing.yaml", "to: { pool: energy-dach }", "to: { pol: energy-dach }", "unknown-key"),
    ("routing.yaml", "to: { pool: energy-dach }", "to: energy-dach", "yaml-type"),
    (
        "routing.yaml",
        "to: { pool: energy-dach }",
        "to: { pool: energy-dach, queue: partners }",
        "route-target",
    ),
    ("routing.yaml", "to: { queue: unassigned } }", "to: { queue: unasigned } }", "queue-unknown"),
    (
        "routing.yaml",
        "account.domain in competitors,",
        "account.domain in competitor,",
        "name-unknown",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage = \"customer\"'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage == customer'",
        "name-unknown",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage == \"customer'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "account.stage == \"customer\" # x",
        "yaml-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage == \"customer\" and true'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage === \"customer\"'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage == “customer”'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'(account.stage == \"customer\"'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account stage == \"customer\"'",
        "expression-syntax",
    ),
    ("routing.yaml", "'account.stage == \"customer\"'", "'stage == \"customer\"'", "name-unknown"),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'acount.stage == \"customer\"'",
        "name-unknown",
    ),
    ("routing.yaml", "'account.stage == \"customer\"'", "''", "expression-syntax"),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.employees > \"500\"'",
        "expression-type",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.employees > 5,000'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.employees > 1e3'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.employees between 1 and 5'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage.startswith(\"cus\")'",
        "function-unknown",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage.matches(\"(a\")'",
        "pattern-refused",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'NOT account.open_opportunity'",
        "expression-syntax",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'member.region == \"dach\"'",
        "name-unknown",
    ),
    (
        "routing.yaml",
        "'account.stage == \"customer\"'",
        "'account.stage == \"customer\" ? 1 : 2'",
        "expression-type",
    ),
    ("routing.yaml", "method: weighted", "method: round robin", "method-unknown"),
    ("routing.yaml", "method: weighted", "method: weightd", "method-unknown"),
    ("routing.yaml", "caps: { day: 12, open: 40 }", "caps: { day: 0, open: 40 }", "cap-range"),
    ("routing.yaml", "caps: { day: 12, open: 40 }", "caps: { days: 12, open: 40 }", "unknown-key"),
    ("routing.yaml", "caps: { day: 12, open: 40 }", "caps: 12", "yaml-type"),
    ("routing.yaml", "all_away: hold", "all_away: wait", "policy-unknown"),
    ("routing.yaml", "all_away: hold", "all_away: pool nowhere", "pool-unknown"),
    ("routing.yaml", "all_away: hold", "allaway: hold", "unknown-key"),
    ("routing.yaml", "then: next member", "then: next", "policy-unknown"),
    (
        "routing.yaml",
        "member.skill(\"energy\") >= 2 && member.region == \"dach\"",
        "member.skill(\"energie\") >= 2 && member.region == \"dach\"",
        "name-unknown",
    ),
    (
        "routing.yaml",
        "member.skill(\"energy\") >= 2 && member.region == \"dach\"",
        "member.skills(\"energy\") >= 2 && member.region == \"dach\"",
        "function-unknown",
    ),
    (
        "routing.yaml",
        "member.skill(\"energy\") >= 2 && member.region == \"dach\"",
        "member.regin == \"dach\"",
        "name-unknown",
    ),
    (
        "routing.yaml",
        "member.skill(\"energy\") >= 2 && member.region == \"dach\"",
        "member.region == \"mars\"",
        "pool-empty",
    ),
    ("routing.yaml", "owner: r.okada, within: 2h", "owner: r.okado, within: 2h", "member-unknown"),
    (
        "routing.yaml",
        "owner: r.okada, within: 2h",
        "owner: r.okada, within: 2 hours",
        "duration-unreadable",
    ),
    (
        "routing.yaml",
        "owner: r.okada, within: 2h",
        "owner: r.okada, within: 2",
        "duration-unreadable",
    ),
    ("routing.yaml", "owner: r.okada, within: 2h", "owner: r.okada", "missing-key"),
    ("routing.yaml", "alarm: true", "alarm: on", "yaml-type"),
    ("routing.yaml", "route: Energy EMEA, ", "route: Energy DACH, ", "name-twice"),
    (
        "routing.yaml",
        "  - { route: catch-all,              to: { queue: unassigned } }\n",
        "",
        "route-gap",
    ),
    (
        "routing.yaml",
        "  - { route: do not route, ",
        "  - { route: all, to: { queue: unassigned } }\n  - { route: do not route, ",
        "route-unreachable",
    ),
    ("routing.yaml", "  energy-dach:\n", "  energy-dach:\n\tmembers: x\n", "yaml-syntax"),
    ("routing.yaml", "list: named_accounts.csv", "list: named_account.csv", "file-missing"),
    ("routing.yaml", "by: account.domain", "by: account.domian", "name-doubtful"),
    ("routing.yaml", "routes:\n", "routes: *all\nx:\n", "yaml-syntax"),
    ("scoring.yaml", "cap: 60", "cap: sixty", "yaml-type"),
    ("scoring.yaml", "half_life: 14d", "half_life: 14", "duration-unreadable"),
    ("scoring.yaml", "half_life: 14d", "half_live: 14d", "unknown-key"),
    ("scoring.yaml", "half_life: 14d", "half_life: 0d", "duration-unreadable"),
    ("scoring.yaml", "points: 20,", "points: twenty,", "yaml-type"),
    ("scoring.yaml", "points: 20,", "points: \"20\",", "yaml-type"),
    ("scoring.yaml", "points: 20,", "points: 1e9,", "yaml-type"),
    ("scoring.yaml", "points: 20,", "", "missing-key"),
    ("scoring.yaml", "at_most: 24", "atmost: 24", "unknown-key"),
    ("scoring.yaml", "signal: page.viewed, where", "signal: , where", "missing-key"),
    ("scoring.yaml", "where: 'signal.path", "when: 'signal.path", "missing-key"),
    ("scoring.yaml", "in target_industries", "in target-industries", "name-unknown"),
    ("scoring.yaml", "in target_industries", "in target_industry", "name-unknown"),
    ("sla.yaml", "calendar: owner  ", "calendar: ownr  ", "calendar-unknown"),
    (
        "sla.yaml",
        "accept:      { within: 1h, warn: 45m }",
        "accept:      { within: 1h, warn: 2h }",
        "warn-after-target",
    ),
    (
        "sla.yaml",
        "accept:      { within: 1h, warn: 45m }",
        "accept:      { withn: 1h, warn: 45m }",
        "unknown-key",
    ),
    ("sla.yaml", "accept:      { within: 1h, warn: 45m }", "accept:      1h", "yaml-type"),
    ("sla.yaml", "do: queue unassigned", "do: queue unasigned", "queue-unknown"),
    ("sla.yaml", "do: tell manager", "do: tell the manager", "unknown-word"),
    ("sla.yaml", "at: breach", "at: breech", "unknown-word"),
    ("sla.yaml", "3 working days", "3 workdays", "duration-unreadable"),
    ("sla.yaml", "first touch: { within: 4h", "first_touch: { within: 4h", "unknown-key"),
    ("destinations.yaml", "when: offered", "when: offerd", "unknown-word"),
    ("destinations.yaml", "[handoff, brief]", "[handoff, breif]", "unknown-word"),
    ("destinations.yaml", "undo: withdrawn", "undoo: withdrawn", "unknown-key"),
    ("brief.yaml", "why now, who", "why now, whom", "unknown-word"),
    ("brief.yaml", "rep:      {", "reps:      {", "unknown-word"),
    ("calendars/berlin.yaml", "Europe/Berlin", "Europe/Berln", "zone-unknown"),
    ("calendars/berlin.yaml", "Europe/Berlin", "CET+1", "zone-unknown"),
    ("calendars/berlin.yaml", "mon-fri:", "mon-fry:", "weekday-unknown"),
    ("calendars/berlin.yaml", "\"09:00-12:30\"", "\"9-12:30\"", "hours-unreadable"),
    ("calendars/berlin.yaml", "\"09:00-12:30\"", "\"09:00-14:30\"", "hours-overlap"),
    ("calendars/berlin.yaml", "\"09:00-12:30\"", "\"12:30-09:00\"", "hours-unreadable"),
    ("calendars/berlin.yaml", "2026-01-01", "01.01.2026", "date-unreadable"),
    ("calendars/berlin.yaml", "2026-01-01", "2026-13-01", "date-unreadable"),
    (
        "calendars/berlin.yaml",
        "mon-fri: [\"09:00-12:30\", \"13:30-18:00\"]",
        "mon-fri: []",
        "calendar-without-working-day",
    ),
    ("contracts/lead-web.yaml", "logicalType: string", "logicalType: text", "unknown-word"),
    ("contracts/lead-web.yaml", "required: true", "required: yes", "yaml-type"),
    ("contracts/lead-web.yaml", "required: true", "requierd: true", "unknown-key"),
    ("contracts/lead-web.yaml", "version: 1.0.0", "version: 1.0", "yaml-type"),
    (
        "contracts/lead-web.yaml",
        "batonOnFailure, value: warn",
        "batonOnFailure, value: wran",
        "unknown-word",
    ),
    (
        "contracts/lead-web.yaml",
        "batonOnFailure, value: warn",
        "batonOnFailur, value: warn",
        "unknown-key",
    ),
    ("contracts/lead-web.yaml", "maximum: 5000000", "maximum: 0", "contract-crossed"),
    ("contracts/lead-web.yaml", "\"^[A-Z]{2}$\"", "\"^[A-Z{2}$\"", "pattern-unreadable"),
    ("contracts/lead-web.yaml", "unit: d", "unit: fortnight", "unknown-word"),
    ("team.csv", "id,name,email", "name,email", "missing-key"),
    ("team.csv", "id,name,email", "ID,Name,Email", "missing-key"),
    ("team.csv", "id,name,email", "id;name;email", "missing-key"),
    ("team.csv", "2021-01-01", "01/01/2021", "date-unreadable"),
    ("team.csv", "2021-01-01", "44197", "date-unreadable"),
    ("team.csv", "a.keller,Anna", "j.brandt,Anna", "member-twice"),
    ("team.csv", "i.ferreira,dach", "i.fereira,dach", "manager-unknown"),
    ("team.csv", ",1,berlin,enterprise,3", ",1,berln,enterprise,3", "calendar-unknown"),
    ("team.csv", ",1,berlin,enterprise,3", ",one,berlin,enterprise,3", "weight-range"),
    ("team.csv", ",1,berlin,enterprise,3", ",-1,berlin,enterprise,3", "weight-range"),
    ("team.csv", ",1,berlin,enterprise,3", ",\"1,5\",berlin,enterprise,3", "weight-range"),
    ("team.csv", ",1,berlin,enterprise,3", ",1,berlin,enterprise", "skill-unreadable"),
    ("team.csv", "Anna Keller", "\"Anna Keller", "csv-syntax"),
    ("territories.csv", "everybody-dach", "everbody-dach", "member-unknown"),
    ("territories.csv", "Bavaria,DACH", "Bavaria,DAHC", "parent-unknown"),
    ("territories.csv", "80000-87999", "87999-80000", "postcode-unreadable"),
    ("territories.csv", "2026-01-01", "1.1.2026", "date-unreadable"),
    ("territories.csv", "territory,parent", "teritory,parent", "missing-key"),
    ("named_accounts.csv", "a.keller", "a.kellr", "member-unknown"),
    (
        "named_accounts.csv",
        "nordwind-energie.example",
        "https://nordwind-energie.example/",
        "domain-unreadable",
    ),
    (
        "named_accounts.csv",
        "helvetia-werke.example",
        "nordwind-energie.example",
        "named-account-twice",
    ),
    ("lists/dach.csv", "country\nDE", "DE", "list-headless"),
    (
        "playbooks/energy.md",
        "{{ person.first_name | or: \"there\" }}",
        "{{ person.first_name }}",
        "placeholder-bare",
    ),
    (
        "playbooks/energy.md",
        "{{ person.first_name | or: \"there\" }}",
        "{{ person.firstname | or: \"there\" }}",
        "placeholder-unknown",
    ),
    (
        "playbooks/energy.md",
        "{{ person.first_name | or: \"there\" }}",
        "{{ person.first_name | else: \"there\" }}",
        "placeholder-syntax",
    ),
    (
        "playbooks/energy.md",
        "{{ person.first_name | or: \"there\" }}",
        "{{ person.first_name",
        "placeholder-syntax",
    ),
    ("playbooks/energy.md", "persona: plant", "person: plant", "unknown-key"),
    ("playbooks/energy.md", "---\npersona", "persona", "playbook-head"),
];

/// Mistakes that are told where they show: the table that is left with a gap, the line before which
/// something is not closed, the second of two uses that differ.
const SHOWS_ELSEWHERE: [&str; 9] = [
    "table-gap",
    "route-gap",
    "route-unreachable",
    "yaml-syntax",
    "expression-type",
    "member-twice",
    "named-account-twice",
    "name-twice",
    "missing-key",
];

#[test]
fn each_mistake_is_told_where_it_stands_and_how_to_mend_it() {
    let sound = files("acme");
    for (file, from, to, code) in ROWS {
        let mut files = sound.clone();
        let text = String::from_utf8(files[*file].clone()).expect("a text");
        let at = text.find(from).unwrap_or_else(|| panic!("{file} has {from}"));
        let changed = [&text[..at], to, &text[at + from.len()..]].concat();
        files.insert((*file).to_owned(), changed.into_bytes());
        let compiled = compile(&Files(files));
        let drawn = well_told(&compiled);
        let line = |bytes: usize| text[..bytes].matches('\n').count() as u32 + 1;
        let lines = line(at)..=line(at) + to.matches('\n').count() as u32;
        let told = compiled.diagnostics.list().iter().find(|told| told.code == *code);
        let told = told.unwrap_or_else(|| panic!("{file}: {from} -> {to}: no {code} in\n{drawn}"));
        let place = compiled.sources.place(told.span);
        assert!(
            (place.file == *file && lines.contains(&place.line)) || SHOWS_ELSEWHERE.contains(code),
            "{file}: {from} -> {to}: told at {}:{}\n{drawn}",
            place.file,
            place.line
        );
        assert!(told.help.is_some(), "{file}: {from} -> {to}: how to mend it?\n{drawn}");
    }
}

/// Every diagnostic stands in a file of the folder, within it, and can be drawn; and where there is
/// no strategy, an error says why.
#[track_caller]
fn well_told(compiled: &Compiled) -> String {
    let mut drawn = String::new();
    for told in compiled.diagnostics.list() {
        let text = compiled.sources.text(told.span.file);
        assert!(told.span.start <= told.span.end && told.span.end as usize <= text.len() + 1);
        let place = compiled.sources.place(told.span);
        assert!(place.line as usize <= text.matches('\n').count() + 1);
        let picture = notation::draw(&compiled.sources, told);
        assert!(picture.lines().all(|line| line.chars().count() <= 140), "{picture}");
        drawn.push_str(&picture);
    }
    let is_error = |told: &notation::Diagnostic| told.severity == Severity::Error;
    let says_why = compiled.diagnostics.list().iter().any(is_error);
    assert_eq!(compiled.strategy.is_none(), says_why, "{drawn}");
    drawn
}

/// What a hand slips into a file.
const SLIPS: [&str; 28] = [
    "\t",
    "\n",
    "\r",
    "\"",
    "'",
    "#",
    ":",
    ": ",
    "- ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a ",
    "!x ",
    "é",
    "\u{feff}",
    "\u{202e}",
    "0",
    "-1",
    "1e9",
    "null",
    "yes",
    "%",
    "\\",
    "99999999999999999999",
];

/// A random sequence that says its seed.
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Changes one byte, line or word of a file, as hands and programs do.
fn damage(text: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let (one, other) = (draws.below(lines.len()), draws.below(lines.len()));
    let at = draws.below(text.len());
    match draws.below(9) {
        0 => {
            lines.remove(one);
        }
        1 => lines.insert(one, lines[other]),
        2 => lines.swap(one, other),
        3 => {
            return [&text[..at], SLIPS[draws.below(SLIPS.len())].as_bytes(), &text[at..]].concat();
        }
        4 => {
            let end = (at + 1 + draws.below(12)).min(text.len());
            return [&text[..at], &text[end..]].concat();
        }
        5 => return text[..at].to_vec(),
        6 => {
            let mut changed = text.to_vec();
            changed[at] = draws.below(256) as u8;
            return changed;
        }
        7 => {
            // One word for another of the same file.
            let words: Vec<&[u8]> = text.split(|byte| !byte.is_ascii_alphanumeric()).collect();
            let (from, to) = (words[draws.below(words.len())], words[draws.below(words.len())]);
            let found = text.windows(from.len().max(1)).position(|window| window == from);
            let at = found.unwrap_or(0);
            return [&text[..at], to, &text[at + from.len()..]].concat();
        }
        _ => return [text, text].concat(),
    }
    lines.concat()
}

#[test]
fn whatever_is_damaged_is_told_well() {
    const TIMES: usize = 400;
    let seed = 2026;
    println!("seed {seed}");
    let mut draws = Draws(seed);
    let sound = files("acme");
    let names: Vec<&String> = sound.keys().collect();
    for _ in 0..TIMES {
        let mut damaged = sound.clone();
        for _ in 0..=draws.below(3) {
            let name = names[draws.below(names.len())];
            let bytes = damage(&damaged[name], &mut draws);
            damaged.insert(name.clone(), if bytes.is_empty() { vec![b'\n'] } else { bytes });
        }
        well_told(&compile(&Files(damaged)));
    }
}
