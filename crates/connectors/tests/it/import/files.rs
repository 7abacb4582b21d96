//! The maps that ship, on the files that they are for.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use connectors::import::{Counts, ImportMap, RowRead, RowResult};
use proptest::prelude::*;

use super::{BoundMap, Options, Reader, Row, map, one};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shipped(name: &str) -> ImportMap {
    let path = root().join("examples/maps").join(name);
    map(&fs::read_to_string(path).expect("the map ships"))
}

/// Where the files for tests lie, if they do.
fn data(folder: &str) -> Option<PathBuf> {
    let named = std::env::var_os("BATON_TEST_DATA").map(PathBuf::from);
    let path = named.unwrap_or_else(|| root().join("../shared/data")).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    crate::skipped_test::skipped(&format!("{} is absent", path.display()));
    None
}

fn read(map: &ImportMap, path: &Path) -> (Vec<RowRead>, Counts) {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    let mut rows = map.open(name, File::open(path).expect("it lies there")).expect("fits its map");
    let mut read = Vec::new();
    while let Some(row) = rows.next_row().expect("the disk reads") {
        match row {
            RowResult::Signal(row) => read.push(*row),
            RowResult::Quarantine(held) => panic!("{name}: {held:?}"),
        }
    }
    (read, rows.counts())
}

#[test]
fn olist_is_read_to_the_last_row() {
    let map = shipped("olist.yaml");
    let Some(folder) = data("olist") else { return };
    let (leads, counts) = read(&map, &folder.join("olist_marketing_qualified_leads_dataset.csv"));
    assert_eq!((counts.read, counts.quarantined), (8_000, 0));
    assert!(leads.iter().all(|row| row.lead && !row.outcome_only && row.outcome.is_empty()));
    assert_eq!(
        leads[0].incoming.content.source_id,
        "lead.created:dac32acd4db4c29c230538b72f8dd87d"
    );
    let without = leads.iter().filter(|row| !row.incoming.content.fields.contains_key("origin"));
    assert_eq!(without.count(), 60, "an origin that is null is not the origin `unknown`");
    let times: Vec<_> = leads.iter().filter_map(|row| row.incoming.content.occurred).collect();
    assert_eq!(times.iter().min().unwrap().to_string(), "2017-06-14T00:00:00.000000Z");
    assert_eq!(times.iter().max().unwrap().to_string(), "2018-05-31T00:00:00.000000Z");

    let (deals, counts) = read(&map, &folder.join("olist_closed_deals_dataset.csv"));
    assert_eq!((counts.read, counts.quarantined), (842, 0));
    assert!(deals.iter().all(|row| row.outcome_only && !row.lead));
    assert!(deals.iter().all(|row| row.incoming.content.fields.is_empty()));
    assert!(deals.iter().all(|row| row.outcome.contains_key("sr_id")));
    let revenue = deals.iter().filter(|row| row.outcome.contains_key("declared_monthly_revenue"));
    assert_eq!(revenue.count(), 842 - 797, "a revenue of 0 means that it is missing");
}

#[test]
fn maven_crm_is_read_to_the_last_row() {
    let map = shipped("maven-crm.yaml");
    let Some(folder) = data("maven-crm") else { return };
    for (name, rows) in [
        ("accounts.csv", 85),
        ("products.csv", 7),
        ("sales_pipeline.csv", 8_800),
        ("sales_teams.csv", 35),
        ("data_dictionary.csv", 21),
    ] {
        let (read, counts) = read(&map, &folder.join(name));
        assert_eq!((counts.read, counts.quarantined), (rows, 0), "{name}");
        assert!(read.iter().all(|row| !row.outcome_only), "{name}");
        if name == "sales_pipeline.csv" {
            let known: Vec<_> = read[1].incoming.content.fields.iter().collect();
            assert_eq!(format!("{known:?}"), "[(\"product\", Text(\"GTX Pro\"))]");
            let undated = read.iter().filter(|row| row.incoming.content.occurred.is_none());
            assert_eq!(undated.count(), 500);
            let alone = read.iter().filter(|row| row.incoming.content.subject.len() == 1);
            assert_eq!(alone.count(), 1_425);
        }
    }
}

#[test]
fn xeducation_is_read_to_the_last_row() {
    let map = shipped("xeducation.yaml");
    let Some(folder) = data("xeducation") else { return };
    let (leads, counts) = read(&map, &folder.join("Leads.csv"));
    assert_eq!((counts.read, counts.quarantined), (9_240, 0));
    let refusing = leads.iter().filter(|row| {
        row.incoming.content.fields.get("consent.email") == Some(&domain::Value::Boolean(false))
    });
    assert_eq!(refusing.count(), 734);
    let fields = leads.iter().flat_map(|row| row.incoming.content.fields.values());
    let texts: Vec<_> = fields.filter_map(domain::Value::text).collect();
    assert!(!texts.contains(&"Select") && !texts.contains(&"Google") && texts.contains(&"google"));
    assert!(leads.iter().all(|row| row.outcome.contains_key("Converted")));
    assert!(leads.iter().all(|row| !row.incoming.content.fields.contains_key("Tags")));
}

#[test]
fn febrl_is_read_to_the_last_row() {
    let map = one("id: rec_id\nfields: { person.surname: { column: surname, repair: [trim] } }");
    let Some(folder) = data("febrl") else { return };
    for (name, rows) in [
        ("dataset1.csv", 1_000),
        ("dataset2.csv", 5_000),
        ("dataset3.csv", 5_000),
        ("dataset4a.csv", 5_000),
        ("dataset4b.csv", 5_000),
    ] {
        assert_eq!(read(&map, &folder.join(name)).1.read, rows, "{name}");
    }
}

#[test]
fn c8_a_hundred_thousand_rows_add_up() {
    let map = one("id: id\nfields: { n: { type: integer, unreadable: hold } }");
    let mut text = "id,n\n".to_owned();
    for at in 0..100_000 {
        let n = if at % 1_000 == 7 { "x".to_owned() } else { at.to_string() };
        text.extend([&at.to_string(), ",", &n, "\n"]);
    }
    let mut rows = map.open("a.csv", text.as_bytes()).unwrap();
    while rows.next_row().unwrap().is_some() {}
    let expected = Counts { read: 100_000, signals: 99_900, quarantined: 100 };
    assert_eq!(rows.counts(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_under_a_map_add_up_and_never_panic(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "[\"a,;\r\n=0-9.-]{0,300}".prop_map(String::into_bytes),
        ],
    ) {
        let map = one("time: t\nsubject: { email: m, phone: p }\nfields: { n: decimal, k: { type: money, currency: EUR }, d: moment }");
        let whole = [b"t,m,p,n,k,d\n".as_slice(), &bytes].concat();
        let mut reader = Reader::open(whole.as_slice(), &Options::default()).unwrap();
        let Ok(mut bound) = BoundMap::new(&map.files[0].1, &reader.header().clone(), reader.delimiter())
        else { return Ok(()) };
        let mut row = Row::default();
        let mut last = 1;
        while reader.read(&mut row).unwrap() {
            prop_assert!(row.line() > last);
            last = row.line();
            let _ = bound.read(&row);
        }
    }

    #[test]
    fn any_text_as_a_map_never_panics(text in "[a-z:{}\\[\\]\",\n -]{0,200}") {
        let _ = super::parse(&text);
        let _ = super::parse(&format!("source: a\nfiles:\n  \"*\":\n    kind: x\n    fields: {{ a: {{ {text} }} }}\n"));
    }
}
