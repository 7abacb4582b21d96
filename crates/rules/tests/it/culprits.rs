//! One wrong line is told once, where it is wrong, and what follows from it is counted there.

use std::collections::BTreeMap;

use notation::Severity;
use rules::{Compiled, Files, compile};

use crate::examples::files;
use crate::folder::folder;

/// A file of the example, what stands there, what is written instead, and where what is told.
type Row = (&'static str, &'static str, &'static str, &'static str);

fn told(compiled: &Compiled) -> Vec<String> {
    let told = compiled.diagnostics.list().iter().filter(|told| told.code != "unheard");
    told.map(|told| {
        let place = compiled.sources.place(told.span);
        format!("{} {}:{}", told.code, place.file, place.line)
    })
    .collect()
}

/// What is told of the example with other files, each told once.
#[track_caller]
fn check(files: BTreeMap<String, Vec<u8>>, expected: &str) -> String {
    let compiled = compile(&Files(files));
    let list = compiled.diagnostics.list().iter().filter(|told| told.code != "unheard");
    let drawn: String = list.map(|told| notation::draw(&compiled.sources, told)).collect();
    assert_eq!(told(&compiled), [expected], "{drawn}");
    let errors = compiled.diagnostics.list().iter().filter(|told| told.severity == Severity::Error);
    assert_eq!(errors.count(), compiled.diagnostics.errors());
    drawn
}

#[track_caller]
fn renamed(from: &str, to: &str, expected: &str) -> String {
    let mut files = files("acme");
    let bytes = files.remove(from).expect("the file is there");
    files.insert(to.to_owned(), bytes);
    check(files, expected)
}

#[track_caller]
fn changed((file, from, to, expected): Row) -> String {
    let mut files = files("acme");
    let text = String::from_utf8(files[file].clone()).expect("a text");
    assert!(text.contains(from), "{file} has no {from}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    check(files, expected)
}

#[test]
fn found_b3_a_renamed_file_is_the_culprit() {
    let drawn = renamed("lists/dach.csv", "lists/dahc.csv", "name-unknown lists/dahc.csv:1");
    assert!(drawn.contains("nothing uses the list `dahc`, and 9 places use `dach`"), "{drawn}");
    assert!(drawn.contains("= note: used in 9 places: scoring.yaml:9:35, routing.yaml:12:96,"));
    assert!(drawn.contains("and 6 more"), "{drawn}");
    renamed("lists/dach.csv", "lists/german.csv", "name-unknown lists/german.csv:1");
    renamed("lists/dach.csv", "list/dach.csv", "file-unknown list/dach.csv:1");
    renamed("lists/dach.csv", "dach.csv", "file-unknown dach.csv:1");
    renamed("lists/buying_titles.csv", "lists/buying_title.csv", "name-unknown scoring.yaml:10");
    renamed("team.csv", "teams.csv", "file-unknown teams.csv:1");
    renamed("routing.yaml", "routes.yaml", "file-unknown routes.yaml:1");
    renamed("named_accounts.csv", "named_account.csv", "file-unknown named_account.csv:1");
    renamed("sla.yaml", "slas.yaml", "file-unknown slas.yaml:1");
    renamed(
        "calendars/berlin.yaml",
        "calendars/berln.yaml",
        "calendar-unknown calendars/berln.yaml:1",
    );
    renamed("calendars/berlin.yaml", "calendars/berlin.yml", "file-unknown calendars/berlin.yml:1");
}

#[test]
fn found_b3_a_renamed_column_is_the_culprit() {
    for row in [
        ("team.csv", "manager,region", "manager,regoin", "name-unknown team.csv:1"),
        ("team.csv", "manager,region", "manager,area", "name-unknown team.csv:1"),
        ("team.csv", "skill.energy", "skill.enery", "name-unknown team.csv:1"),
        ("team.csv", "skill.energy", "energy", "name-unknown team.csv:1"),
        ("team.csv", ",segment,", ",segmnt,", "name-unknown team.csv:1"),
        ("team.csv", "id,name,email", "ident,name,email", "missing-key team.csv:1"),
        ("territories.csv", "territory,", "teritory,", "missing-key territories.csv:1"),
        ("named_accounts.csv", "owner", "ower", "missing-key named_accounts.csv:1"),
    ] {
        changed(row);
    }
}

#[test]
fn found_b3_a_renamed_member_pool_queue_or_class_is_told_once() {
    let drawn = changed(("team.csv", "r.okada,Rin", "r.okado,Rin", "member-unknown team.csv:28"));
    assert!(drawn.contains("nothing uses the member `r.okado`, and 14 places use `r.okada`"));
    for row in [
        ("team.csv", "r.okada,Rin", "rin,Rin", "member-unknown routing.yaml:300"),
        ("team.csv", "i.ferreira,Ines", "i.fereira,Ines", "member-unknown team.csv:15"),
        ("routing.yaml", "  energy-dach:\n", "  energy-dahc:\n", "pool-unknown routing.yaml:12"),
        (
            "routing.yaml",
            "  everybody-dach:\n",
            "  everybody-dahc:\n",
            "member-unknown territories.csv:2",
        ),
        ("routing.yaml", "  unassigned: {", "  unasigned: {", "queue-unknown routing.yaml:300"),
        ("sla.yaml", "hot:\n", "hott:\n", "sla-unknown readiness.yaml:12"),
        (
            "contracts/lead-web.yaml",
            "name: person.first",
            "name: persn.first",
            "placeholder-unknown contracts/lead-web.yaml:27",
        ),
    ] {
        changed(row);
    }
}

#[test]
fn found_b3_a_wrong_key_takes_what_follows_from_it() {
    let drawn = changed(("routing.yaml", "pools:\n", "pool:\n", "unknown-key routing.yaml:49"));
    assert!(drawn.contains("used in 32 places: routing.yaml:12:115,"), "{drawn}");
    for row in [
        ("routing.yaml", "queues:\n", "queus:\n", "unknown-key routing.yaml:299"),
        ("routing.yaml", "routes:\n", "route:\n", "unknown-key routing.yaml:2"),
        ("routing.yaml", "{ hold: do-not-route }", "{ hld: x }", "unknown-key routing.yaml:4"),
        (
            "routing.yaml",
            "owner: r.okada, within",
            "owner: r.okada, withn",
            "unknown-key routing.yaml:300",
        ),
        ("sla.yaml", "  accept: ", "  acept: ", "unknown-key sla.yaml:4"),
        ("sla.yaml", "  on silence:", "  on_silence:", "unknown-key sla.yaml:7"),
        ("readiness.yaml", "columns:\n", "colums:\n", "unknown-key readiness.yaml:4"),
        (
            "readiness.yaml",
            "[decision, kind, sla]",
            "[decision, kind]",
            "table-shape readiness.yaml:9",
        ),
        ("readiness.yaml", "  consent: consent.email\n", "", "table-shape readiness.yaml:4"),
        (
            "readiness.yaml",
            "total: score.total",
            "total: account.industry",
            "cell-unreadable readiness.yaml:5",
        ),
        (
            "readiness.yaml",
            "total: score.total",
            "total: 'score.total > 5'",
            "cell-unreadable readiness.yaml:5",
        ),
        ("lists/dach.csv", "DE", "\"DE", "csv-syntax lists/dach.csv:2"),
    ] {
        changed(row);
    }
}

#[test]
fn found_b3_three_wrong_lines_are_three_errors() {
    let mut files = files("acme");
    let text = String::from_utf8(files["team.csv"].clone()).expect("a text");
    let text = text.replacen("manager,region", "manager,regoin", 1);
    files.insert("team.csv".to_owned(), text.replacen("2022-06-01", "1.6.22", 1).into_bytes());
    let bytes = files.remove("lists/dach.csv").expect("it is there");
    files.insert("lists/dahc.csv".to_owned(), bytes);
    let compiled = compile(&Files(files));
    // None of them hides another.
    let expected =
        ["name-unknown lists/dahc.csv:1", "name-unknown team.csv:1", "date-unreadable team.csv:3"];
    assert_eq!(told(&compiled), expected);
}

#[test]
fn found_b6_bytes_that_are_no_utf8_have_a_place() {
    let compiled = |name: &str, bytes: &[u8]| folder().with(name, bytes).compile();
    let latin =
        compiled("team.csv", b"id,name,region,skill.energy\na.keller,Anna M\xfcller,dach,3\n");
    assert_eq!(told(&latin), ["not-utf8 team.csv:2"]);
    let drawn = notation::draw(&latin.sources, &latin.diagnostics.list()[0]);
    assert!(drawn.contains("team.csv:2:16"), "{drawn}");
    assert!(drawn.contains("the byte FC stands here, which is `ü` in Windows-1252"), "{drawn}");
    assert!(drawn.contains("Anna M\u{fffd}ller") && drawn.contains('^'), "{drawn}");
    for name in ["lists/dach.csv", "routing.yaml", "strategy.yaml", "calendars/berlin.yaml"] {
        let asks = folder().when("account.country in dach").with(name, b"a: 1\nb: \xe4\n");
        assert_eq!(told(&asks.compile()), [format!("not-utf8 {name}:2")]);
    }
    let says = |bytes: &[u8], says: &str| {
        let compiled = compiled("lists/x.csv", bytes);
        let [told] = compiled.diagnostics.list() else { panic!("{:?}", compiled.diagnostics) };
        let drawn = notation::draw(&compiled.sources, told);
        assert!(drawn.contains(says), "{drawn}");
    };
    says(b"\xff\xfea\0b\0", "the file is in UTF-16");
    says(b"PK\x03\x04\xff\x00", "a workbook or another zip archive");
    says(b"\x1f\x8b\x08\x00", "packed with gzip");
}

#[test]
fn found_b6_nul_bytes_and_links_are_said_as_they_are() {
    for name in ["team.csv", "routing.yaml", "lists/dach.csv"] {
        let compiled = folder().with(name, "a: 1\nb: \0c\n").compile();
        assert_eq!(told(&compiled), [format!("nul-byte {name}:2")]);
        let drawn = notation::draw(&compiled.sources, &compiled.diagnostics.list()[0]);
        assert!(drawn.contains(":2:4") && !drawn.contains("tab"), "{drawn}");
    }
    let wide = folder().with("lists/x.csv", "n\0a\0m\0e\0\n\0").compile();
    let drawn = notation::draw(&wide.sources, &wide.diagnostics.list()[0]);
    assert!(drawn.contains("the file is in UTF-16"), "{drawn}");
    for name in ["team.csv", "lists/dach.csv", "readiness.yaml"] {
        let mut files = Files(files("acme"));
        files.put_link(name.to_owned());
        let compiled = compile(&files);
        assert_eq!(told(&compiled), [format!("file-symlink {name}:1")]);
    }
    let mut linked = files("acme");
    linked.retain(|path, _| !path.starts_with("lists/"));
    let mut linked = Files(linked);
    linked.put_link("lists".to_owned());
    assert_eq!(told(&compile(&linked)), ["file-symlink lists:1"]);
}

#[test]
fn found_b6_columns_that_nothing_reads_are_told() {
    let team = |header: &str| {
        let text = format!("id,name,region,skill.energy,{header}\na.keller,Anna,dach,3,berlin\n");
        let compiled = folder().with("team.csv", text).compile();
        let drawn: String = compiled
            .diagnostics
            .list()
            .iter()
            .map(|told| notation::draw(&compiled.sources, told))
            .collect();
        (told(&compiled), drawn)
    };
    for (header, near) in [("calender", "calendar"), ("wieght", "weight"), ("emial", "email")] {
        let (told, drawn) = team(header);
        assert_eq!(told, ["column-unknown team.csv:1"], "{header}");
        assert!(drawn.contains(&format!("did you mean `{near}`?")), "{drawn}");
    }
    assert!(team("slack").0.is_empty(), "messages mention people by it");
    for header in ["pto", "max_leads", "favourite_tea"] {
        assert_eq!(team(header).0, ["column-unread team.csv:1"], "{header}");
    }
    for (name, text, near) in [
        ("leave.csv", "id,from,untill\na.keller,2026-12-01,2026-12-05\n", "until"),
        ("leave.csv", "id,from,until,raeson\na.keller,2026-12-01,2026-12-05,x\n", "reason"),
        ("named_accounts.csv", "domain,owner,form\na.example,a.keller,\n", "from"),
        ("territories.csv", "territory,cuontry,owner_or_pool\nDACH,DE,a.keller\n", "country"),
    ] {
        let compiled = folder().with(name, text).compile();
        assert_eq!(told(&compiled), [format!("unknown-key {name}:1")]);
        let help = compiled.diagnostics.list()[0].help.clone().unwrap_or_default();
        assert_eq!(help, format!("did you mean `{near}`?"));
    }
}
