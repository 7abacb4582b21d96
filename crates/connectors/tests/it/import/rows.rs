//! What makes a row the same row, what quarantines it, and what stays apart.

use connectors::import::{RowResult, reread};
use domain::Value;
use domain::reason::Code;
use domain::signal::IdentifierKind;

use super::{Header, held, ids, map, one, refused, rows, signals};

#[test]
fn an_id_is_kind_and_trimmed_text() {
    let map = one("id: nr\nfields: { a: text }");
    let read = signals(&map, "nr,a\n 00123 ,x\n123,x\n1E+05,x\n1e5,y\nE5,y\n");
    assert_eq!(
        ids(&read),
        [
            "lead.created:00123",
            "lead.created:123",
            "lead.created:1E+05",
            "lead.created:1e5",
            "lead.created:E5"
        ]
    );
    // C7: what a spreadsheet shortened is taken as it is, and told.
    let mangled: Vec<bool> = read.iter().map(|row| row.id_mangled).collect();
    assert_eq!(mangled, [false, false, true, true, false]);
}

#[test]
fn the_same_row_has_the_same_body_wherever_it_stands() {
    let map = one("id: id\nfields: { name: text }");
    let body = |text: &[u8]| signals(&map, text).last().unwrap().incoming.body;
    let first = body("id,name,note\n1,Jürgen,x\n".as_bytes());
    // Line, encoding, order of columns, delimiter, line end and quotes are not body.
    assert_eq!(first, body("note;name;id\r\n\r\nx;\"Jürgen\";1\r\n".as_bytes()));
    assert_eq!(first, body(b"id,name,note\r0,a,b\r1,J\xfcrgen,x\r"));
    assert_eq!(first, body("id,name,note,,more\n1,Jürgen,x,,\n".as_bytes()));
    // Another cell is another body, mapped or not.
    assert_ne!(first, body("id,name,note\n1,Jürgens,x\n".as_bytes()));
    assert_ne!(first, body("id,name,note\n1,Jürgen,y\n".as_bytes()));
    assert_ne!(first, body("id,name,note\n1,x,Jürgen\n".as_bytes()));
    // The name of the file is not body either.
    let named = |name: &str| rows(&map, name, "id,name\n1,a\n").0;
    assert_eq!(named("a.csv"), named("b.csv"));
}

#[test]
fn without_an_id_rows_are_told_apart_by_cells_and_occurrence() {
    let map = one("fields: { a: text }");
    let read = signals(&map, "a,b\nx,1\ny,1\nx,1\nx,2\n");
    let first = ids(&read);
    assert!(first[0].starts_with("lead.created:") && first[0].ends_with("-1"));
    assert_eq!(first[2], first[0].replace("-1", "-2"));
    assert_ne!(first[0], first[3]);
    // The same rows come again with the same ids, in any order.
    let again = signals(&map, "b,a\n2,x\n1,x\n1,x\n1,y\n");
    let (mut first, mut again) = (first, ids(&again));
    first.sort_unstable();
    again.sort_unstable();
    assert_eq!(first, again);
}

#[test]
fn in_a_snapshot_a_changed_row_is_a_new_signal() {
    let map = one("id: id\nsnapshot: true\nfields: { stage: text }");
    let read = signals(&map, "id,stage\n1,open\n1,won\n1,open\n");
    let ids = ids(&read);
    assert!(ids[0].starts_with("lead.created:1:"));
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[0], ids[2]);
}

#[test]
fn c6_ragged_rows() {
    let map = one("id: id\ntime: at\nfields: { a: text, b: text }");
    // Missing last cells are null, and empty surplus cells are nothing.
    let read = signals(&map, "id,at,a,b\n1,2026-01-01,x\n2,2026-01-01,x,y,,  \n");
    assert_eq!(read[0].incoming.content.fields.len(), 1);
    assert_eq!(read[1].incoming.content.fields.len(), 2);
    // A missing cell and an empty one are the same body.
    let body = |text: &str| signals(&map, text)[0].incoming.body;
    assert_eq!(body("id,at,a,b\n1,2026-01-01,x\n"), body("id,at,a,b\n1,2026-01-01,x,\n"));
    assert_eq!(
        held(&map, "id,at,a,b\n1\n2,2026-01-01,x,y,z\n3,2026-01-01,x,y,,,z\n"),
        [
            (2, Code::RowTooShort, "at".into()),
            (3, Code::RowTooLong, String::new()),
            (4, Code::RowTooLong, String::new()),
        ]
    );
    assert_eq!(held(&map, "at,a,b,id\n2026-01-01,x\n"), [(2, Code::RowTooShort, "id".into())]);
    // A hashed row needs no last cell.
    assert_eq!(held(&one("fields: { a: text }"), "x,a\n1\n"), []);
}

#[test]
fn a_null_id_quarantines() {
    let map = one("id: id\nnulls: [\"NULL\"]\nfields: { a: text }");
    assert_eq!(
        held(&map, "id,a\n,x\n NULL ,x\n1,x\n"),
        [(2, Code::IdMissing, "id".into()), (3, Code::IdMissing, "id".into())]
    );
}

#[test]
fn an_address_that_cannot_be_read_quarantines() {
    let map =
        one("subject: { email: mail, phone: tel, company: co, domain: web, external_id: id }");
    let read = signals(
        &map,
        "id,mail,tel,co,web\n 7 , ada@example.com ,+49 30 1234, Acme ,acme.com\n,,,,acme.com\n",
    );
    let told: Vec<_> = read[0]
        .incoming
        .content
        .subject
        .iter()
        .map(|one| (one.kind, one.value.as_str(), one.verified))
        .collect();
    assert_eq!(
        told,
        [
            (IdentifierKind::Email, "ada@example.com", true),
            (IdentifierKind::Phone, "+49 30 1234", true),
            (IdentifierKind::Company, "Acme", true),
            (IdentifierKind::Domain, "acme.com", true),
            (IdentifierKind::ExternalId, "7", true),
        ]
    );
    assert_eq!(read[1].incoming.content.subject.len(), 1);
    for mail in
        ["ada", "@example.com", "ada@", "a da@example.com", "ada@example", "a@b@c.com", "a@b..com"]
    {
        let text = format!("id,mail,tel,co,web\n1,{mail},,,\n");
        assert_eq!(held(&map, text), [(2, Code::AddressUnreadable, "mail".into())], "{mail}");
    }
    for tel in ["none", "12", "call 12345"] {
        let text = format!("id,mail,tel,co,web\n1,,{tel},,\n");
        assert_eq!(held(&map, text), [(2, Code::PhoneUnreadable, "tel".into())], "{tel}");
    }
}

#[test]
fn identifiers_count_as_verified_unless_the_map_says_otherwise() {
    let text = "id,mail\n1,a@b.com\n";
    let verified = |more: &str| {
        let map = one(&format!("subject: {{ external_id: id, email: mail }}\n{more}"));
        let subject = signals(&map, text)[0].incoming.content.subject.clone();
        subject.iter().map(|one| one.verified).collect::<Vec<_>>()
    };
    assert_eq!(verified(""), [true, true]);
    assert_eq!(verified("verifies: [external_id]"), [true, false]);
    assert_eq!(verified("verifies: []"), [false, false]);
}

#[test]
fn outcome_stays_apart() {
    let map =
        one("id: id\nlead: true\nfields: { a: text, value: decimal }\noutcome: [value, stage]");
    let read = signals(&map, "id,a,value,stage\n1,x,12.5,won\n2,y,,\n").remove(0);
    assert!(read.lead && !read.outcome_only);
    assert_eq!(read.incoming.content.fields.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(read.outcome.get("stage"), Some(&Value::from("won")));
    assert_eq!(read.outcome.get("value").map(Value::kind), Some("decimal"));
    let body = read.incoming.body;
    let recorded = read.recorded();
    assert_eq!(recorded.content.fields.keys().collect::<Vec<_>>(), ["a", "stage", "value"]);
    assert_eq!(recorded.body, body);
}

#[test]
fn a_row_of_nothing_but_outcome_is_marked() {
    let only = |settings: &str| {
        let map = one(&format!("id: id\ntime: at\nsubject: {{ external_id: id }}\n{settings}"));
        signals(&map, "id,at,a,b\n1,2026-01-01,x,y\n")[0].outcome_only
    };
    assert!(only("outcome: [a, b]"));
    assert!(only("fields: { a: text }\noutcome: [a, b]"));
    assert!(!only("fields: { a: text }\noutcome: [b]"));
    assert!(!only("fields: { a: text }"));
    // A row that says nothing more than whose it is and when is a signal like others.
    assert!(!only("outcome: []"));
}

#[test]
fn outcomes_of_handoffs_come_in_by_their_handoff() {
    let map = map(
        "source: crm\nfiles:\n  \"*.csv\": { kind: handoff.outcome, id: nr, handoff: H, fields: { outcome: text } }\n",
    );
    let read = signals(&map, "nr,H,outcome\n1,h-0123456789abcdef,won\n2, h-01234,lost\n");
    assert_eq!(
        read[0].incoming.content.fields.get("handoff"),
        Some(&Value::from("h-0123456789abcdef"))
    );
    assert_eq!(read[0].incoming.content.kind, "handoff.outcome");
    assert_eq!(
        held(&map, "nr,H,outcome\n1,,won\n2,p-0123456789abcdef,won\n"),
        [
            (2, Code::AttributeMissing, "handoff".into()),
            (3, Code::ValueUnreadable, "handoff".into())
        ]
    );
}

#[test]
fn a_mapped_header_that_is_missing_or_double_refuses_the_file() {
    let map = one("id: Mail\nfields: { a: text }");
    let missing = refused(&map, "x.csv", "mail,a\n1,2\n");
    assert!(missing.is_wrong_use());
    assert_eq!(
        missing.to_string(),
        "`x.csv` does not fit its map: the column `Mail` is not in the header, which has `mail`"
    );
    let double = refused(&map, "x.csv", "Mail,a, a\n1,2,3\n");
    assert!(double.to_string().ends_with("the column `a` is in the header more than once"));
    // Others may be double or empty, and names are trimmed and without byte order mark.
    assert_eq!(signals(&map, "\u{feff} Mail ,a,b,b,,\n1,2,3,4,5,6\n").len(), 1);
    // An empty file has no header to miss.
    assert_eq!(rows(&map, "x.csv", "").1.read, 0);
    assert_eq!(rows(&map, "x.csv", "\u{feff}\r\n").1.read, 0);
    assert_eq!(rows(&map, "x.csv", "Mail,a\n").1.read, 0);
}

#[test]
fn a_file_that_matches_no_glob_or_several_is_refused() {
    let map = map(
        "source: a\nfiles:\n  \"*leads*.csv\": { kind: x }\n  \"2026-0[1-3]*.csv\": { kind: deal }\n",
    );
    let none = refused(&map, "dir.leads/deals.csv", "");
    assert!(none.is_wrong_use());
    assert_eq!(
        none.to_string(),
        "`deals.csv` matches no glob of the map, which has `*leads*.csv`, `2026-0[1-3]*.csv`"
    );
    let several = refused(&map, "2026-02-leads.csv", "");
    assert!(several.is_wrong_use());
    assert!(several.to_string().contains("one alone may"));
    assert_eq!(map.file_for("2026-02-deals.csv").unwrap().kind, "deal");
    assert!(map.file_for("2026-04-deals.csv").is_err());
}

#[test]
fn what_is_no_csv_is_refused() {
    let map = one("id: id");
    for bytes in ["PK\u{3}\u{4}", "<html>", "{\"id\": 1}", "%PDF-1.4"] {
        let refused = refused(&map, "a.csv", bytes);
        assert!(!refused.is_wrong_use(), "{refused}");
        assert!(refused.to_string().contains("is no CSV, it looks like"), "{refused}");
    }
}

#[test]
fn what_is_quarantined_can_be_read_again() {
    let map = one(
        "id: id\nfields: { name: text, amount: { column: Amount, type: decimal, unreadable: hold } }",
    );
    let text = "Amount;id;name\n12,50;7;\"a\nb\"\nx;8;c\n";
    let all = rows(&map, "a.csv", text).0;
    let RowResult::Quarantine(first) = &all[0] else { panic!("quarantined") };
    assert_eq!((first.line, first.code), (2, Code::DecimalComma));
    assert_eq!(first.source_id.as_deref(), Some("lead.created:7"));
    assert!(!first.detail.contains("12,50"), "{}", first.detail);
    let file = &map.files[0].1;
    let mut entry = first.as_ref().clone().into_raw("a.csv", "test");
    assert_eq!((entry.format.as_str(), entry.file.as_deref()), ("csv", Some("a.csv")));
    // As it is, it is quarantined again, with the same key.
    let Some(RowResult::Quarantine(again)) = reread(file, &entry).map(|row| row.result) else {
        panic!("held")
    };
    assert_eq!((again.key, again.code), (first.key, first.code));
    // A value mends it, by the column's name or the field's.
    for name in ["Amount", "amount"] {
        entry.repairs = vec![(name.to_owned(), "12.50".to_owned())];
        let Some(RowResult::Signal(read)) = reread(file, &entry).map(|row| row.result) else {
            panic!("mended")
        };
        assert_eq!(read.incoming.content.source_id, "lead.created:7");
        assert_eq!(read.incoming.content.fields.get("name"), Some(&Value::from("a\nb")));
    }
    // And so does a map that declares what was meant.
    let declared = one(
        "id: id\nfields: { amount: { column: Amount, type: decimal, repair: [decimal-comma] } }",
    );
    entry.repairs.clear();
    let read = reread(&declared.files[0].1, &entry).map(|row| row.result);
    assert!(matches!(read, Some(RowResult::Signal(_))));
    // What was cut is not taken for the whole.
    entry.cut = true;
    assert_eq!(reread(&declared.files[0].1, &entry).map(|row| row.result), None);
}

#[test]
fn rows_without_an_id_keep_their_place_when_they_are_read_again() {
    let map = one("fields: { v: { type: decimal, unreadable: hold } }");
    let declared = one("fields: { v: { type: decimal, repair: [decimal-comma] } }");
    let text = "v;w\n1,5;a\n1,5;a\n";
    let again = rows(&map, "a.csv", text).0.into_iter().map(|row| {
        let RowResult::Quarantine(held) = row else { panic!("quarantined") };
        let entry = held.into_raw("a.csv", "test");
        match reread(&declared.files[0].1, &entry).map(|row| row.result) {
            Some(RowResult::Signal(read)) => *read,
            other => panic!("{other:?}"),
        }
    });
    let again: Vec<_> = again.collect();
    // The very ids that the rows have where the map was right from the start.
    assert_eq!(ids(&again), ids(&signals(&declared, text)));
    assert_ne!(ids(&again)[0], ids(&again)[1]);
}

#[test]
fn a_quarantined_row_that_comes_again_has_the_same_key() {
    let map = one("id: id\nfields: { n: { type: integer, unreadable: hold } }");
    let keys = |text: &str| -> Vec<[u8; 32]> {
        let all = rows(&map, "a.csv", text).0.into_iter();
        all.filter_map(|row| match row {
            RowResult::Signal(_) => None,
            RowResult::Quarantine(held) => Some(held.key),
        })
        .collect()
    };
    let first = keys("id,n\n1,x\n,5\n,5\n2,\"a\"b\n");
    assert_eq!(first.len(), 4);
    assert_ne!(first[1], first[2], "two rows without an id are two entries");
    assert_eq!(keys("id,n\n9,1\n1,x\n,5\n,5\n2,\"a\"b\n"), first);
    assert_ne!(keys("id,n\n1,y\n")[0], first[0]);
}

#[test]
fn one_bad_row_of_each_kind_spoils_no_other() {
    let map = one("id: id\nfields: { n: { type: integer, unreadable: hold } }");
    let text = b"id,n\n1,1\n2,\"2\n3,3\n4,\"4\"x\n5,5\n6,\xff\n7,7\n8,\0\n9,9\n10,ten\n11,11\n,12\n13,1,2\n14,14";
    let (all, counts) = rows(&map, "a.csv", text);
    assert_eq!((counts.read, counts.quarantined), (14, 7));
    let good: Vec<_> = all
        .iter()
        .filter_map(|row| match row {
            RowResult::Signal(read) => Some(read.incoming.content.source_id.clone()),
            RowResult::Quarantine(_) => None,
        })
        .collect();
    let expected = ["1", "3", "5", "7", "9", "11", "14"].map(|id| format!("lead.created:{id}"));
    assert_eq!(good, expected);
    assert_eq!(
        held(&map, text).into_iter().map(|(line, code, _)| (line, code)).collect::<Vec<_>>(),
        [
            (3, Code::QuoteUnclosed),
            (5, Code::QuoteText),
            (7, Code::BytesUndecodable),
            (9, Code::TextInvalid),
            (11, Code::NumberUnreadable),
            (13, Code::IdMissing),
            (14, Code::RowTooLong),
        ]
    );
}

#[test]
fn a_header_finds_names_exactly() {
    use connectors::csv::header::ColumnLookup;
    let header = Header::new(["a", " b ", "a", ""]);
    assert_eq!(header.find("b"), ColumnLookup::At(1));
    assert_eq!(header.find("B"), ColumnLookup::Missing);
    assert_eq!(header.find("a"), ColumnLookup::Twice);
}
