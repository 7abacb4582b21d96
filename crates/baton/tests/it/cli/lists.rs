//! What a domain is taken for, and which list says so.

use super::program::Place;

const READINESS: &str = "columns: { it: person.title }
outputs: [decision, kind, sla]
rows:
  - [ \"-\", nurture, \"-\", \"-\" ]
";
const ROUTING: &str = "routes:
  - { route: all, to: { queue: rest } }
queues:
  rest: { owner: anna, within: 2h }
";
const CALENDAR: &str = "zone: Europe/Berlin
week: { mon-sun: [\"00:00-24:00\"] }
";

#[test]
fn found_c2_lists_why_tells_which_list_has_a_domain() {
    let place = Place::new();
    for (domain, class, listed) in [
        ("gmx.net", "free-mail", Some("gmx.net")),
        ("mx.mailinator.com", "disposable-mail", Some("mailinator.com")),
        ("https://www.linkedin.com/in/ada", "shared", Some("linkedin.com")),
        ("acme.com", "business", None),
    ] {
        let told = place.json(&["lists", "why", domain]);
        assert_eq!(told["class"], class, "{told}");
        assert_eq!(told["listed"].as_str(), listed, "{told}");
        assert_eq!(told["by"], "built-in");
        assert!(told["version"].as_u64() >= Some(20_261_130), "{told}");
    }
    let line = place.run(&["lists", "why", "gmx.net"]).out;
    assert!(line.contains("Free mail") && line.contains("built-in list"), "{line}");
}

#[test]
fn found_c2_lists_why_counts_the_strategys_lists_first() {
    let place = Place::new();
    place.write("s/strategy.yaml", "strategy: small\n");
    place.write("s/readiness.yaml", READINESS);
    place.write("s/routing.yaml", ROUTING);
    place.write("s/team.csv", "id,name,calendar\nanna,Anna Keller,berlin\n");
    place.write("s/calendars/berlin.yaml", CALENDAR);
    place.write("s/lists/business_domains.csv", "domain\ngmx.net\n");
    place.write("s/lists/free_mail.csv", "domain\n@Campus.example\nnot a domain\n");
    for (domain, class) in [("gmx.net", "business"), ("mail.campus.example", "free-mail")] {
        let told = place.json(&["lists", "why", domain, "--strategy", "s"]);
        assert_eq!((&told["class"], &told["by"]), (&class.into(), &"strategy".into()), "{told}");
    }
    let checked = place.run(&["check", "s"]);
    let said = format!("{}{}", checked.out, checked.err);
    assert!(said.contains("list-no-domain"), "{said}");
}

#[test]
fn found_c2_lists_why_refuses_what_is_no_domain() {
    let place = Place::new();
    let ended = place.run(&["lists", "why", "no domain"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("domain-unreadable"), "{}", ended.err);
}

#[test]
fn lists_why_takes_many_domains_from_a_file() {
    let place = Place::new();
    let told = place.run_with(
        &["lists", "why", "--json", "-"],
        "gmx.net\r\n\nacme.com\nno domain\nhttps://mx.mailinator.com/inbox\n",
    );
    assert_eq!(told.code, Some(0), "{}", told.err);
    let lines: Vec<serde_json::Value> =
        told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<_> = lines.iter().map(|line| (&line["domain"], &line["class"])).collect();
    let expected = [
        ("gmx.net", Some("free-mail")),
        ("acme.com", Some("business")),
        ("no domain", None),
        ("https://mx.mailinator.com/inbox", Some("disposable-mail")),
    ];
    assert_eq!(said.len(), expected.len(), "{}", told.out);
    for ((domain, class), expected) in said.into_iter().zip(expected) {
        assert_eq!((domain.as_str(), class.as_str()), (Some(expected.0), expected.1));
    }
    let several = place.run(&["lists", "why", "gmx.net", "acme.com"]).out;
    assert!(several.contains("gmx.net: Free mail") && several.contains("acme.com: A company's"));
}
