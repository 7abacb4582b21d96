//! What real exports showed: files without a header, notes above it, damage that looks like rows.

use connectors::import::FileRefused;
use domain::Value;
use domain::reason::Code;
use domain::signal::IdentifierKind;

use super::{held, ids, one, parse, refused, rows, signals};

/// The identifiers of the first row, as kind and value.
fn subject(settings: &str, text: &str) -> Vec<(IdentifierKind, String)> {
    let row = signals(&one(settings), text).remove(0);
    row.incoming.content.subject.iter().map(|one| (one.kind, one.value.to_string())).collect()
}

fn wide(columns: usize) -> String {
    let names: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
    names.join(",")
}

#[test]
fn found_d2_one_cell_of_many_is_damage() {
    let map = one("id: c0\nfields: { c1: text }");
    let header = wide(37);
    let whole = format!("\"{}\"", wide(37));
    let semicolons = wide(37).replace(',', ";");
    let half = format!("x,\"{}\"", wide(36));
    for damaged in [whole.as_str(), "alone", semicolons.as_str(), half.as_str()] {
        let told = held(&map, format!("{header}\n{damaged}\n"));
        assert_eq!(told, [(2, Code::RowTooShort, String::new())], "{damaged}");
    }
    // Empty cells at the end may be missing, and a text may hold commas.
    assert_eq!(held(&map, format!("{header}\n1,a,b\n2,\"a, b, c\"\n")), []);
    assert_eq!(held(&one("id: c0"), "c0,c1\n1\n"), []);
}

#[test]
fn found_d2_the_cell_is_shown_and_the_detail_names_none_of_it() {
    let map = one("id: c0");
    let (all, _) = rows(&map, "a.csv", format!("{}\n\"Ada,Lovelace\"\n", wide(5)));
    let connectors::import::RowResult::Quarantine(row) = &all[0] else { panic!("damage") };
    assert_eq!(row.detail, "The row has one cell where the header has 5 columns.");
    assert_eq!(row.faults[0].value.as_deref(), Some("Ada,Lovelace"));
    assert!(!format!("{row:?}{:?}", row.faults).contains("Ada"));
}

#[test]
fn found_d3_a_file_without_a_header_has_its_columns_in_the_map() {
    let map = one("columns: [nr, mail, \"\", day]\nid: nr\ntime: day\nsubject: { email: mail }");
    for file in [
        "1,ada@acme.example,x,2026-01-02\n2,bob@acme.example,y,2026-01-03\n",
        "1;ada@acme.example;x;2026-01-02\r\n2;bob@acme.example;y;2026-01-03",
        // The export was given a header after all.
        "nr,mail,,day\n1,ada@acme.example,x,2026-01-02\n2,bob@acme.example,y,2026-01-03\n",
    ] {
        let read = signals(&map, file);
        assert_eq!(ids(&read), ["lead.created:1", "lead.created:2"], "{file}");
        let occurred = read[1].incoming.content.occurred.expect("a time");
        assert_eq!(occurred.to_string(), "2026-01-03T00:00:00.000000Z");
    }
    assert_eq!(rows(&map, "a.csv", "").1.read, 0);
    assert_eq!(held(&map, "7,ada@acme.example\n"), [(1, Code::RowTooShort, "day".into())]);
}

#[test]
fn found_d3_a_mapped_column_must_be_among_the_columns() {
    let told = parse(
        "source: a\nfiles:\n  \"*.csv\": { kind: x, columns: [nr, mail], subject: { email: mial } }\n",
    );
    let told = told.err().unwrap_or_default();
    assert_eq!(
        told,
        ["3:3 map-setting: the column `mial` is not among `columns` / did you mean `mail`?"]
    );
    assert!(parse("source: a\nfiles:\n  \"*.csv\": { kind: x, columns: [] }\n").is_err());
    assert!(parse("source: a\nfiles:\n  \"*.csv\": { kind: x, columns: [a, a] }\n").is_err());
}

#[track_caller]
fn help(map: &connectors::import::ImportMap, text: &str) -> String {
    let refused = refused(map, "x.csv", text);
    assert!(matches!(refused, FileRefused::Header { .. }));
    refused.help().join("\n")
}

#[test]
fn found_d3_notes_above_the_header_are_shown_with_the_cure() {
    let map = one("id: Lead ID\nsubject: { email: Email }");
    let notes = "Report: leads\nMade on 3 May\n\nLead ID,Email\n1,ada@acme.example\n";
    let told = help(&map, notes);
    assert!(told.starts_with("line 4 holds columns of the map: write `skip: 3`"), "{told}");
    assert!(told.contains("line 1: Report: leads") && told.contains("`Report: leads`"), "{told}");
    let skipping = one("skip: 3\nid: Lead ID\nsubject: { email: Email }");
    assert_eq!(ids(&signals(&skipping, notes)), ["lead.created:1"]);
    // Another delimiter, quotes, one line alone.
    let told = help(&map, "Leads\r\n\"Lead ID\";\"Email\"\r\n1;a@b.example\r\n");
    assert!(told.contains("write `skip: 1`"), "{told}");
    // Where no line has them, the cure is another.
    let told = help(&map, "1,ada@acme.example\n2,bob@acme.example\n");
    assert!(told.contains("columns: [a, b]") && !told.contains("holds columns"), "{told}");
    let told = help(&map, "\"Lead ID,Email\"\n\"1,ada@acme.example\"\n");
    assert!(told.starts_with("whole lines stand in quotes"), "{told}");
}

#[test]
fn found_d5_all_missing_columns_are_told_at_once() {
    let map = one("id: Nr\nsubject: { email: Mail }\nfields: { a: text }");
    let told = refused(&map, "x.csv", "nr,mial,a,a\n").to_string();
    assert_eq!(
        told,
        "`x.csv` does not fit its map: the columns `Nr`, `Mail` are not in the header, which has \
         `nr`, `mial`; the column `a` is in the header more than once"
    );
}

#[test]
fn found_d3_a_time_in_several_columns_is_joined() {
    let at = |map: &str, row: &str| {
        let read = signals(&one(map), format!("x|day|hour\n1|{row}\n")).remove(0);
        read.incoming.content.occurred.map(|moment| moment.to_string()).unwrap_or_default()
    };
    let usual = "time: { columns: [day, hour] }";
    assert_eq!(at(usual, "2026-03-04|13:05"), "2026-03-04T13:05:00.000000Z");
    assert_eq!(at(usual, "2026-03-04|"), "2026-03-04T00:00:00.000000Z");
    assert_eq!(at(usual, "|"), "");
    let german =
        "zone: Europe/Berlin\ntime: { columns: [day, hour], formats: [\"%d.%m.%Y %H:%M\"] }";
    assert_eq!(at(german, "04.03.2026|13:05"), "2026-03-04T12:05:00.000000Z");
    assert_eq!(
        held(&one(usual), "x|day|hour\n1||13:05\n"),
        [(2, Code::TimeUnreadable, "day".into())]
    );
    assert!(
        parse("source: a\nfiles: { a.csv: { kind: x, time: { column: a, columns: [b] } } }")
            .is_err()
    );
}

#[test]
fn found_d3_identifiers_have_repairs_values_and_a_country() {
    let prefixed = "id: id\nsubject: { phone: { column: tel, repair: [{ without: \"p:\" }] } }";
    let phone = |value: &str| vec![(IdentifierKind::Phone, value.to_owned())];
    assert_eq!(subject(prefixed, "id,tel\n1,p:+4930901820\n"), phone("+4930901820"));
    assert_eq!(subject(prefixed, "id,tel\n1, p:+4930901820 \n"), phone("+4930901820"));
    assert_eq!(subject(prefixed, "id,tel\n1,+4930901820\n"), phone("+4930901820"));
    let both = "subject: { email: { column: m, repair: [{ without: [\"mailto:\", \"e:\"] }, lower], values: { none@x.y: null } } }";
    let mail = vec![(IdentifierKind::Email, "ada@acme.example".to_owned())];
    assert_eq!(subject(both, "id,m\n1,mailto:Ada@Acme.example\n"), mail);
    assert_eq!(subject(both, "id,m\n1,e:Ada@Acme.example\n"), mail);
    assert_eq!(subject(both, "id,m\n1,None@x.y\n"), []);
}

#[test]
fn found_d3_a_national_number_is_read_by_the_country_of_map_column_or_row() {
    let phone = |settings: &str, row: &str| {
        let told = subject(settings, &format!("id,tel,land\n1,{row}\n"));
        told.first().map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let fixed = "subject: { phone: { column: tel, country: DE } }";
    assert_eq!(phone(fixed, "030 901820,"), "+4930901820");
    assert_eq!(phone(fixed, "(030) 90 18 20,"), "+4930901820");
    assert_eq!(phone(fixed, "+44 20 7946 0018,"), "+44 20 7946 0018");
    let above = "phone_country: United Kingdom\nsubject: { phone: tel }";
    assert_eq!(phone(above, "020 7946 0018,"), "+442079460018");
    let row = "phone_country: US\nsubject: { phone: { column: tel, country: { column: land, values: { Allemagne: DE } } } }";
    assert_eq!(phone(row, "030 901820,Germany"), "+4930901820");
    assert_eq!(phone(row, "030 901820,de"), "+4930901820");
    assert_eq!(phone(row, "030 901820,Allemagne"), "+4930901820");
    assert_eq!(phone(row, "(212) 555-2368,"), "+12125552368");
    assert_eq!(phone(row, "020 7946 0018,GB"), "+442079460018");
    // What is no number there is kept as it was said.
    assert_eq!(phone(fixed, "12345,"), "12345");
    let told = parse("source: a\nphone_country: Atlantis\nfiles: { a.csv: { kind: x } }");
    assert_eq!(
        told.err().unwrap_or_default(),
        ["2:16 map-setting: there is no such country / write its code, as in DE"]
    );
    let told = parse(
        "source: a\nfiles: { a.csv: { kind: x, subject: { email: { column: m, country: DE } } } }",
    );
    assert!(told.is_err());
}

#[test]
fn found_d4_a_side_cell_that_cannot_be_read_is_left_out_with_a_finding() {
    let map =
        one("id: id\nsubject: { email: mail }\nfields: { born: date, size: integer, name: text }");
    let read =
        signals(&map, "id,mail,born,size,name\n1,a@b.example,31/31/1999,many,Ada\n").remove(0);
    let fields = &read.incoming.content.fields;
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["name"]);
    let told: Vec<_> = read
        .findings
        .iter()
        .map(|one| (one.code, one.field.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(told, [(Code::TimeUnreadable, "born"), (Code::NumberUnreadable, "size")]);
    assert_eq!(read.left_out[0].value.as_deref(), Some("31/31/1999"));
    assert!(!format!("{read:?}").contains("31/31/1999"));
    // Identifiers and times hold the row unless the map says otherwise, and so does a consent.
    let strict =
        one("id: id\ntime: at\nsubject: { email: mail }\nfields: { consent.email: boolean }");
    let text = "id,at,mail,consent.email\n1,soon,,\n2,,nobody,\n3,,,perhaps\n";
    assert_eq!(
        held(&strict, text),
        [
            (2, Code::TimeUnreadable, "at".into()),
            (3, Code::AddressUnreadable, "mail".into()),
            (4, Code::ValueUnreadable, "consent.email".into()),
        ]
    );
    let lenient = one(concat!(
        "id: id\ntime: { column: at, unreadable: leave out }\n",
        "subject: { email: { column: mail, unreadable: leave out } }\n",
        "fields: { consent.email: { type: boolean, unreadable: leave out } }",
    ));
    let read = signals(&lenient, text);
    assert_eq!(read.iter().map(|row| row.left_out.len()).sum::<usize>(), 3);
    let hold = one("id: id\nfields: { n: { type: integer, unreadable: hold } }");
    assert_eq!(held(&hold, "id,n\n1,x\n"), [(2, Code::NumberUnreadable, "n".into())]);
    let told =
        parse("source: a\nfiles: { a.csv: { kind: x, fields: { n: { unreadable: leave_out } } } }");
    assert!(told.is_err_and(|told| told[0].contains("did you mean `leave out`?")));
}

#[test]
fn found_d5_all_faults_of_a_row_are_told_at_once() {
    let map = one(
        "id: id\ntime: at\nsubject: { email: mail }\nfields: { n: { type: integer, unreadable: hold } }",
    );
    let (all, _) = rows(&map, "a.csv", "id,at,mail,n\n,soon,nobody,x\n");
    let connectors::import::RowResult::Quarantine(row) = &all[0] else { panic!("held") };
    let told: Vec<_> = row.faults.iter().map(|fault| fault.code).collect();
    assert_eq!(
        told,
        [Code::IdMissing, Code::TimeUnreadable, Code::AddressUnreadable, Code::NumberUnreadable]
    );
    assert_eq!((row.code, row.field.as_deref()), (Code::IdMissing, Some("id")));
    assert_eq!(
        row.detail,
        "There is no id (`id`). The time could not be read (`at`). The e-mail address could not be \
         read (`mail`). The number could not be read (`n`)."
    );
    let values: Vec<_> = row.faults.iter().filter_map(|fault| fault.value.as_deref()).collect();
    assert_eq!(values, ["soon", "nobody", "x"]);
}

#[test]
fn found_d6_undated_rows_may_be_known_from_the_start() {
    let start = signals(&one("id: id\ntime: start"), "id,start\n1,2026-01-01\n").remove(0);
    assert!(start.at_start && start.incoming.content.occurred.is_none());
    let column = signals(&one("id: id\ntime: \"start\""), "id,start\n1,2026-01-01\n").remove(0);
    assert!(!column.at_start && column.incoming.content.occurred.is_some());
    assert!(!signals(&one("id: id"), "id\n1\n")[0].at_start);
}

#[test]
fn found_d8_blanks_around_cells_are_no_part_of_the_body() {
    let map = one("id: id\nsubject: { email: mail }\nfields: { a: text }");
    let body = |row: &str| signals(&map, format!("id,mail,a,b\n{row}\n"))[0].incoming.clone();
    let first = body("A1,a@b.example,x,y");
    for padded in [" A1,a@b.example,x,y", "A1 , a@b.example,x,y", "\" A1 \",a@b.example,x,\" y\""] {
        let again = body(padded);
        assert_eq!(first.body, again.body, "{padded}");
        assert_eq!(first.content.source_id, again.content.source_id);
    }
    assert_ne!(first.body, body("A1,a@b.example,x x,y").body);
    // Rows without an id are named by their cells as they stand.
    let unnamed = one("fields: { a: text }");
    let id = |cell: &str| ids(&signals(&unnamed, format!("a,b\n{cell},1\n")))[0].to_owned();
    assert_ne!(id("x"), id(" x"));
}

#[test]
fn found_c4_a_record_is_an_id_that_names_nobody() {
    let map = one("record: Lead ID\nsubject: { email: Email }");
    let read = signals(&map, "Lead ID,Email\n00Q1,ada@acme.example\n").remove(0);
    assert_eq!(read.incoming.content.source_id, "lead.created:00Q1");
    assert_eq!(read.incoming.content.subject.len(), 1);
    assert_eq!(read.incoming.content.fields.get("record"), Some(&Value::from("00Q1")));
    let told =
        parse("source: a\nfiles: { a.csv: { kind: x, record: L, subject: { external_id: L } } }");
    assert!(told.is_err_and(|told| told[0].contains("a record's id is not the id of a person")));
    // Beside an id of its own it is kept all the same.
    let own = super::map("source: a\nfiles: { a.csv: { kind: x, id: E, record: L } }");
    let read = signals(&own, "E,L\n1,2\n").remove(0);
    assert_eq!(read.incoming.content.source_id, "x:1");
    assert_eq!(read.incoming.content.fields.get("record"), Some(&Value::from("2")));
}
