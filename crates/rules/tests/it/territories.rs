//! Who owns by where, and who owns by name.
#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

use std::fmt::Write as _;

use jiff::civil::Date;
use proptest::prelude::*;
use rules::territory::{self, NamedAccounts, Place, Territories};

use crate::written::{Written, folder};

const HEAD: &str = "territory,parent,country,region,postcode,employees,from,until,owner_or_pool\n";

#[track_caller]
fn read(rows: &str) -> Written<Territories> {
    folder(&[("territories.csv", &format!("{HEAD}{rows}"))]).read(territory::parse)
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn place<'a>(country: &'a str, postcode: &'a str, employees: i64) -> Place<'a> {
    Place {
        country: Some(country),
        region: None,
        postcode: Some(postcode),
        employees: Some(employees),
    }
}

#[track_caller]
fn owner(territories: &Territories, place: &Place<'_>) -> String {
    let found = territories.find_place(place, date("2026-06-01"));
    found.and_then(|found| found.owner.as_ref()).map_or("nobody".to_owned(), |o| o.value.clone())
}

const TREE: &str = "\
emea,,,,,,,,catch
dach,emea,DE;AT;CH,,,,,,dach
dach large,dach,,,,500+,,,ada
bavaria,dach,DE,,80*;81000-87999,,,,bob
bavaria large,bavaria,,,,500+,,,cleo
";

#[test]
fn the_most_specific_territory_wins_and_empty_cells_inherit() {
    let (territories, warnings) = read(TREE).sound_with_warnings();
    assert_eq!(warnings, ["territory-overlap"], "large ones in Bavaria, but for the last row");
    assert_eq!(owner(&territories, &place("FR", "75001", 10)), "catch");
    assert_eq!(owner(&territories, &place("de", "10115", 10)), "dach");
    assert_eq!(owner(&territories, &place("AT", "1010", 500)), "ada");
    assert_eq!(owner(&territories, &place("DE", "80331", 10)), "bob");
    assert_eq!(owner(&territories, &place("DE", "87999", 10)), "bob");
    assert_eq!(owner(&territories, &place("DE", "88000", 10)), "dach");
    assert_eq!(owner(&territories, &place("DE", "80 331", 900)), "cleo");
    let unknown = Place { country: Some("DE"), ..Place::default() };
    assert_eq!(owner(&territories, &unknown), "dach", "what is unknown meets no condition");
}

#[test]
fn versions_have_dates_of_which_the_first_is_in_and_the_last_is_out() {
    let territories = read(
        "north,,NO,,,,,2026-07-01,ada\nnorth,,NO,,,,2026-07-01,,bob\nfjords,north,,,,100-499,,,\n",
    )
    .sound();
    let on = |day: &str| {
        let found = territories.find_place(&place("NO", "", 10), date(day)).unwrap();
        found.owner.as_ref().unwrap().value.clone()
    };
    assert_eq!(on("2026-06-30"), "ada");
    assert_eq!(on("2026-07-01"), "bob");
}

#[test]
fn equally_specific_ones_are_taken_in_the_order_of_the_file_and_told() {
    let read = read("one,,DE;AT,,,,,,ada\ntwo,,AT;CH,,,,,,bob\n");
    let (territories, warnings) = read.sound_with_warnings();
    assert_eq!(owner(&territories, &place("AT", "", 1)), "ada");
    assert_eq!(warnings, ["territory-overlap"]);
}

#[test]
fn gaps_and_territories_without_an_owner_are_told() {
    let warned = |rows: &str| read(rows).sound_with_warnings().1;
    assert_eq!(
        warned("dach,,DE,,,,,,\nsmall,dach,,,,1-99,,,ada\nlarge,dach,,,,500+,,,bob\n"),
        ["territory-gap"]
    );
    assert!(warned("s,,DE,,,1-99,,,ada\nm,,DE,,,100-499,,,bob\nl,,DE,,,500+,,,cleo\n").is_empty());
    // Whoever has the parent catches what falls between.
    assert!(warned("d,,DE,,,,,,x\ns,d,,,,1-99,,,ada\nl,d,,,,500+,,,bob\n").is_empty());
    assert_eq!(warned("a,,DE,,,,,,\n"), ["territory-without-owner"]);
    assert_eq!(warned("a,,DE,,,,,2026-01-01,ada\na,,DE,,,,2026-02-01,,bob\n"), ["territory-gap"]);
}

#[test]
fn what_no_territory_may_say_is_refused() {
    let check = |rows: &str, code: &str, at: &str, help: &str| read(rows).refused(code, at, help);
    check("a,bb,,,,,,,x\nb,,,,,,,,x\n", "parent-unknown", "bb", "b");
    check("a,b,,,,,,,x\nb,a,,,,,,,x\n", "territory-cycle", "a", "");
    check("a,a,,,,,,,x\n", "territory-cycle", "a", "");
    check("a,,,,,100-50,,,x\n", "employees-unreadable", "100-50", "100-499");
    check("a,,,,,many,,,x\n", "employees-unreadable", "many", "500+");
    check("a,,,,100-20,,,,x\n", "postcode-unreadable", "100-20", "80*");
    check("a,,,,,,1/2/2026,,x\n", "date-unreadable", "1/2/2026", "2026-02-01");
    check("a,,DE,,,,,,x\na,,AT,,,,,,y\n", "territory-twice", "a", "until");
    let other = folder(&[("territories.csv", "territory,contry\na,DE\n")]).read(territory::parse);
    other.refused("unknown-key", "contry", "country");
}

#[test]
fn named_accounts_are_found_by_domain_and_date() {
    let text = "domain,owner,from,until\nAcme.com,ada,,2026-07-01\nacme.com,bob,2026-07-01,\n";
    let named: NamedAccounts =
        folder(&[("named_accounts.csv", text)]).read(territory::parse_named).sound();
    let on = |domain: &str, day: &str| {
        named.find_on(domain, date(day)).map(|named| named.owner.value.clone())
    };
    assert_eq!(on("acme.com", "2026-06-30").as_deref(), Some("ada"));
    assert_eq!(on("acme.com", "2026-07-01").as_deref(), Some("bob"));
    assert_eq!(on("acme.org", "2026-07-01"), None);
}

#[test]
fn a_list_of_named_accounts_has_domains_and_one_owner_a_day() {
    let read = |rows: &str| {
        let text = format!("domain,owner,from,until\n{rows}");
        folder(&[("named_accounts.csv", &text)]).read(territory::parse_named)
    };
    read("https://acme.com/,ada,,\n").refused("domain-unreadable", "https://acme.com/", "acme.com");
    read("ada@acme.com,ada,,\n").refused("domain-unreadable", "", "");
    read("acme.com,ada,,\nACME.com,bob,,\n").refused("named-account-twice", "ACME.com", "until");
    read("acme.com,,,\n").refused("missing-key", "", "");
}

proptest! {
    #[test]
    fn the_index_finds_what_a_walk_in_order_of_rank_finds(
        rows in prop::collection::vec((0_usize..4, 0_usize..4, 0_usize..3, 0_usize..3), 1..12),
        country in 0_usize..4,
        employees in 0_i64..700,
        postcode in prop::sample::select(vec!["80331", "10115", "8", ""]),
    ) {
        let countries = ["", "DE", "DE;AT", "FR"];
        let postcodes = ["", "80*", "10000-19999"];
        let sizes = ["", "1-99", "500+"];
        let mut text = String::new();
        for (at, (parent, country, postcode, size)) in rows.iter().enumerate() {
            let parent = if *parent < at { format!("t{parent}") } else { String::new() };
            writeln!(
                text,
                "t{at},{parent},{},,{},{},,,owner{at}",
                countries[*country], postcodes[*postcode], sizes[*size]
            ).unwrap();
        }
        let territories = read(&text).sound_with_warnings().0;
        let here = place(["DE", "at", "FR", "XX"][country], postcode, employees);
        let conditions = |at: usize| {
            let t = &territories.all[at];
            [!t.countries.is_empty(), !t.postcodes.is_empty(), t.employees.is_some()]
                .iter().filter(|there| **there).count()
        };
        let day = date("2026-01-01");
        let best = (0..territories.all.len())
            .filter(|at| territories.all[*at].holds(&here, day))
            .max_by_key(|at| (conditions(*at), territories.all[*at].depth, std::cmp::Reverse(*at)));
        let found = territories.find_place(&here, day).map(|found| &found.name.value);
        prop_assert_eq!(found, best.map(|at| &territories.all[at].name.value));
    }
}
