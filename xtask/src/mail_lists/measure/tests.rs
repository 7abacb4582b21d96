use std::collections::{BTreeMap, BTreeSet};

use super::{Said, Taken, missing, share, taken};

fn set(domains: &[&str]) -> BTreeSet<String> {
    domains.iter().map(|domain| (*domain).to_owned()).collect()
}

/// Answers such as the program gives them: the domain, its class, and the name that a list has.
fn said(rows: &[(&str, &str, Option<&str>)]) -> BTreeMap<String, Said> {
    let row = |(domain, class, listed): &(&str, &str, Option<&str>)| {
        let said = Said { class: (*class).to_owned(), listed: listed.map(str::to_owned) };
        ((*domain).to_owned(), said)
    };
    rows.iter().map(row).collect()
}

#[test]
fn a_company_is_wrongly_taken_where_no_outside_list_has_it() {
    let said = said(&[
        ("acme.com", "business", None),
        ("cloud.mail.example", "free-mail", Some("mail.example")),
        ("discovery.example", "free-mail", Some("discovery.example")),
        ("short.example", "shared", Some("short.example")),
    ]);
    let domains =
        set(&["acme.com", "cloud.mail.example", "discovery.example", "short.example", "unknown"]);
    let outside = ["mail.example"].into();
    assert_eq!(
        taken(&domains, &said, &outside),
        Taken { wrongly: vec!["discovery.example"], contested: vec!["cloud.mail.example"] }
    );
}

#[test]
fn a_provider_is_missing_where_it_would_be_a_company() {
    let said = said(&[
        ("gmx.net", "free-mail", Some("gmx.net")),
        ("pages.example", "shared", Some("pages.example")),
        ("new-provider.example", "business", None),
    ]);
    let domains = set(&["gmx.net", "new-provider.example", "pages.example"]);
    assert_eq!(missing(&domains, &said), ["new-provider.example"]);
}

#[test]
fn a_share_has_two_places() {
    assert_eq!(share(3, 8_357), "0.03 %");
    assert_eq!(share(57_000, 57_000), "100.00 %");
    assert_eq!(share(0, 0), "0.00 %");
}
