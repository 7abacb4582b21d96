//! What may stand in a map, and what is said of the rest.

use connectors::csv::Encoding;

use super::{map, parse};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(parse(text).err().unwrap_or_default(), expected);
}

#[test]
fn the_map_of_the_interface_is_read() {
    let map = map(concat!(
        "source: olist\n",
        "files:                            # a glob on the base name to its settings\n",
        "  \"*qualified_leads*.csv\":\n",
        "    kind: lead.created\n",
        "    lead: true                    # a row is a lead\n",
        "    id: mql_id\n",
        "    time: { column: first_contact_date, formats: [\"%Y-%m-%d\"] }\n",
        "    subject: { external_id: mql_id }\n",
        "    fields: { origin: text, landing_page: { column: landing_page_id, type: text, repair: [trim] } }\n",
        "    nulls: [\"\"]\n",
        "    outcome: []\n",
    ));
    let file = map.file_for("some/where/olist_marketing_qualified_leads_dataset.csv").unwrap();
    assert!(file.lead && !file.snapshot && !file.outcome_only());
    assert_eq!(file.columns(), ["mql_id", "first_contact_date", "origin", "landing_page_id"]);
}

#[test]
fn the_maps_of_the_documentation_are_read() {
    let page = include_str!("../../../../../docs/how-to/import.md");
    let blocks: Vec<&str> = page.split("```yaml\n").skip(1).collect();
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        let (text, _) = block.split_once("```").unwrap();
        if text.starts_with("source:") {
            map(text);
        } else {
            super::one(text.trim_end());
        }
    }
}

#[test]
fn y4_an_unknown_key_is_told_with_the_nearest_name() {
    check(
        "source: a\nfiles:\n  \"*.csv\":\n    kind: x\n    subjct: { email: e }\n",
        &["5:5 unknown-key: the key `subjct` is not known here / did you mean `subject`?"],
    );
    check(
        "source: a\nfiels: {}\n",
        &["2:1 unknown-key: the key `fiels` is not known here / did you mean `files`?"],
    );
}

#[test]
fn names_that_are_not_known_are_told_with_the_nearest() {
    let at =
        |settings: &str| format!("source: a\nfiles:\n  \"*.csv\":\n    kind: x\n    {settings}\n");
    for (settings, expected) in [
        (
            "fields: { a: intger }",
            "5:18 map-setting: there is no type `intger` / did you mean `integer`?",
        ),
        (
            "fields: { a: Job Title }",
            "5:18 map-setting: there is no type `Job Title` / a column of that name is \
             `{ column: Job Title }`; types are text, integer, decimal, money, date, moment, boolean, \
             list",
        ),
        (
            "fields: { a: { repair: [trm] } }",
            "5:29 map-setting: there is no repair `trm` / did you mean `trim`?",
        ),
        (
            "subject: { e-mail: a }",
            "5:16 map-setting: there is no identifier `e-mail` / did you mean `email`?",
        ),
        (
            "zone: Europe/Berln",
            "5:11 map-setting: there is no such time zone / write one as in Europe/Berlin",
        ),
        (
            "encoding: utf-9",
            "5:15 map-setting: there is no such encoding / known are utf-8, utf-16le, utf-16be, windows-1252 and the others of the web",
        ),
        (
            "delimiter: \"ab\"",
            "5:16 map-setting: this is no delimiter / write one sign in quotes, as in \";\", or tab",
        ),
        (
            "time: { column: a, formats: [\"%Q!%\"] }",
            "5:34 map-setting: this is no format of times / write a pattern as in \"%d.%m.%Y %H:%M\", excel, unix, unix-ms or rfc3339",
        ),
        (
            "fields: { a: { type: integer, default: x } }",
            "5:44 map-setting: the default does not fit the type integer / write one that can be read as that type",
        ),
        (
            "fields: { acount.name: text }",
            "5:15 map-field: a field of `acount` is nobody's / did you mean `account`?",
        ),
        (
            "fields: { company.size: integer }",
            "5:15 map-field: a field of `company` is nobody's / before a dot stands person, account or consent",
        ),
        ("skip: -1", "5:11 map-setting: so many lines cannot be left out / write 0 or more"),
    ] {
        check(&at(settings), &[expected]);
    }
}

#[test]
fn what_is_no_source_glob_or_kind_is_told() {
    check(
        "source: My Source\nfiles:\n  \"a/*.csv\": { kind: Lead Created }\n",
        &[
            "1:9 map-source: a source's name has 1 to 40 of a-z, 0-9, `-`, `_` and `.` / ",
            "3:3 map-glob: a file is named by a glob on its base name, without a path / write \"*leads*.csv\"",
            "3:22 map-kind: a kind is what happened, in lower case with dots / write lead.created",
        ],
    );
}

#[test]
fn y2_y3_y5_what_yaml_would_take_for_something_else_is_told() {
    let told = parse("source: a\nfiles:\n  \"*.csv\":\n    kind: x\n    id: no\n    lead: yes\n");
    let told = told.err().unwrap_or_default();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("yaml-type") && told[0].contains("put it in quotes"), "{told:?}");
    assert!(told[1].contains("write `true`"), "{told:?}");
    assert!(parse("source: a\nsource: b\nfiles: {}\n").is_err());
    assert!(parse("source: !!python/object a\nfiles: {}\n").is_err());
    assert!(parse("source: &a x\nfiles: *a\n").is_err());
    for nothing in ["", "[]", "x", "source: a", "source: a\nfiles: []\n"] {
        assert!(parse(nothing).is_err() || nothing.is_empty(), "{nothing}");
    }
}

#[test]
fn outcomes_and_debriefs_need_the_handoff_that_they_are_about() {
    check(
        "source: a\nfiles:\n  \"*.csv\":\n    kind: handoff.outcome\n    fields: { outcome: text }\n",
        &[
            "3:3 map-handoff: rows of handoff.outcome need the handoff that they are about / write `handoff: COLUMN`, or `handoff: text` under `fields`",
        ],
    );
    let file = |more: &str| {
        map(&format!("source: a\nfiles:\n  \"*.csv\":\n    kind: handoff.debrief\n    {more}\n"))
    };
    assert_eq!(file("handoff: H").files[0].1.columns(), ["H"]);
    assert_eq!(file("fields: { handoff: { column: H } }").files[0].1.columns(), ["H"]);
}

#[test]
fn what_stands_at_the_top_is_for_every_file_and_a_file_may_differ() {
    let map = map(concat!(
        "source: a\nzone: Europe/Berlin\nencoding: latin1\ndelimiter: \";\"\nskip: 2\ncomment: \"#\"\n",
        "nulls: [\"-\"]\nverifies: [email]\n",
        "files:\n  a.csv: { kind: x, subject: { email: E, phone: P } }\n",
        "  b.csv: { kind: x, zone: \"-03:00\", nulls: [n/a], delimiter: tab, skip: 0, verifies: [] }\n",
    ));
    let (a, b) = (&map.files[0].1, &map.files[1].1);
    assert_eq!((a.delimiter, a.skip, a.comment.as_str()), (Some(b';'), 2, "#"));
    assert_eq!(a.encoding.map(Encoding::name), Some("windows-1252"));
    assert_eq!(a.zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(a.subject.iter().map(|one| one.verified).collect::<Vec<_>>(), [true, false]);
    assert!(a.is_null("-") && a.is_null("") && !a.is_null("n/a"));
    assert_eq!((b.delimiter, b.skip), (Some(b'\t'), 0));
    assert!(b.is_null("n/a") && !b.is_null("-"));
    assert_eq!(b.zone.iana_name(), None);
}
