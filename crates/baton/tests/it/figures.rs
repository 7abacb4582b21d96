//! Figures: each number is as long as its list, on pages, as CSV and over HTTP, and says no more than its
//! reader may know.

use serde_json::{Value, json};

use crate::house::House;
use crate::sign_in::{Browser, demo};

const COUNTS: [&str; 28] = [
    "leads",
    "routed",
    "unrouted",
    "accepted",
    "decided",
    "rejected",
    "touched",
    "met",
    "qualified",
    "won",
    "lost",
    "recycled",
    "disqualified",
    "withdrawn",
    "open",
    "waiting",
    "working",
    "stalled",
    "accept-due",
    "accept-in-time",
    "accept-late",
    "touch-due",
    "touch-in-time",
    "touch-late",
    "breached",
    "breached-open",
    "escalated",
    "escalated-open",
];

fn says(house: &House, handoff: &str, verb: &str, body: &Value) {
    let headers = [
        ("Authorization", "Bearer key-revops"),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", &*format!("\"{handoff}-{verb}\"")),
    ];
    let path = format!("/v1/handoffs/{handoff}/{verb}");
    let reply = house.post(&path, &headers, body.to_string().as_bytes());
    assert_eq!(reply.status, 200, "{verb}: {}", reply.text());
}

/// Four leads, of which one is taken, one is refused, and one is won.
fn worked() -> House {
    let house = demo();
    let [one, two, three, _open] = ["ada", "ben", "cleo", "dora"].map(|who| house.handoff(who));
    let owner = |handoff: &str| {
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        shown["owner"]["id"].as_str().expect("an owner").to_owned()
    };
    says(&house, &one, "accept", &json!({ "as": owner(&one) }));
    says(&house, &two, "reject", &json!({ "as": owner(&two), "reason": "bad-fit" }));
    says(&house, &three, "accept", &json!({ "as": owner(&three) }));
    says(&house, &three, "outcome", &json!({ "as": owner(&three), "outcome": "won" }));
    house
}

fn listed(house: &House, name: &str, query: &str) -> u64 {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let list = house.get(&format!("/v1/counts/{name}/handoffs?{query}&limit=2{cursor}")).json();
        count += list["handoffs"].as_array().expect("a list").len() as u64;
        match list["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return count,
        }
    }
}

#[test]
fn each_count_is_as_long_as_its_list() {
    let house = worked();
    for query in
        ["days=30", "days=all", "days=1&source=web", "days=7&reason=bad-fit", "days=all&member=ann"]
    {
        for name in COUNTS {
            let counted = house.get(&format!("/v1/counts/{name}?{query}")).json();
            assert_eq!(counted["count"], listed(&house, name, query), "{name}?{query}");
        }
    }
    let count = |name: &str| house.get(&format!("/v1/counts/{name}")).json()["count"].clone();
    let told = ["leads", "accepted", "rejected", "decided", "won", "open"].map(count);
    assert_eq!(told.map(|count| count.as_u64().unwrap()), [4, 2, 1, 3, 1, 3]);
    // What the rows of handoffs say themselves.
    let rows = house.get("/v1/handoffs").json();
    assert_eq!(rows["handoffs"].as_array().unwrap().len(), 4, "{rows}");
    let by = house.get("/v1/counts/leads?by=source").json();
    assert_eq!(by["rows"], json!([{ "name": "web", "count": 4, "before": 0 }]), "{by}");
    let unknown = house.get("/v1/counts/lead");
    assert_eq!(unknown.problem(404), "count-unknown");
    assert_eq!(house.get("/v1/counts/leads?campain=x").problem(400), "query-unknown");
}

/// The addresses that a page leads to, which begin so.
fn links(page: &str, begins: &str) -> Vec<String> {
    let parts = page.split("href=\"").skip(1);
    let hrefs = parts.filter_map(|part| part.split('"').next());
    hrefs.filter(|href| href.starts_with(begins)).map(|href| href.replace("&amp;", "&")).collect()
}

/// The numbers that open a list, with their lists.
fn doors(page: &str) -> Vec<(u64, String)> {
    let mut doors = Vec::new();
    for part in page.split("href=\"/pulse/handoffs?").skip(1) {
        let (href, rest) = part.split_once('"').expect("an address");
        let text =
            rest.split_once('>').and_then(|(_, rest)| rest.split_once('<')).expect("a text").0;
        if let Ok(number) = text.replace(',', "").parse() {
            doors.push((number, format!("/pulse/handoffs?{}", href.replace("&amp;", "&"))));
        }
    }
    doors
}

#[test]
fn each_number_of_the_pulse_opens_a_list_of_its_length() {
    let house = worked();
    let mut manager = Browser::signed_in(&house, "manager");
    assert_eq!(manager.open("/").header("location"), Some("/pulse"));
    let page = manager.open("/pulse?days=30&by=source").text();
    let doors = doors(&page);
    assert!(doors.len() > 15, "{page}");
    for (number, path) in doors {
        let list = manager.open(&path);
        assert_eq!(list.status, 200, "{path}: {}", list.text());
        let list = list.text();
        assert_eq!(links(&list, "/h/h-").len() as u64, number, "{path}: {list}");
        let file = manager.open(&links(&list, "/pulse/handoffs/csv?")[0]);
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        assert_eq!(file.text().lines().count() as u64, number + 1, "{path}: {}", file.text());
    }
    let file = manager.open("/pulse/csv?days=30&by=source").text();
    assert!(file.contains("\r\nweb,web,now,4,"), "{file}");
}

#[test]
fn a_leader_sees_figures_and_nobody_in_them() {
    let house = worked();
    let mut manager = Browser::signed_in(&house, "manager");
    let named = manager.open("/pulse/handoffs?count=leads").text();
    assert!(named.contains("ada"), "a manager reads who it is: {named}");
    let mut leader = Browser::signed_in(&house, "leader");
    for path in ["/pulse", "/pulse/handoffs?count=leads", "/pulse/handoffs/csv?count=leads"] {
        let page = leader.open(path);
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        let page = page.text();
        for who in ["ada", "ben", "cleo", "dora"] {
            assert!(!page.to_lowercase().contains(who), "{path} names {who}: {page}");
        }
        assert!(links(&page, "/h/").is_empty(), "{path}");
    }
    let mut admin = Browser::signed_in(&house, "admin");
    for path in ["/pulse", "/pulse/csv", "/pulse/handoffs", "/pulse/handoffs/csv"] {
        assert_eq!(admin.open(path).status, 404, "{path}");
    }
}

#[test]
fn a_manager_sees_how_much_each_member_has() {
    let house = worked();
    let mut manager = Browser::signed_in(&house, "manager");
    let page = manager.open("/team?team=all");
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    for (number, path) in doors(&page) {
        let list = manager.open(&path).text();
        assert_eq!(links(&list, "/h/h-").len() as u64, number, "{path}: {list}");
    }
    for role in ["rep", "marketer", "admin"] {
        assert_eq!(Browser::signed_in(&house, role).open("/team").status, 404, "{role}");
    }
}

#[test]
fn a_marketer_sees_what_became_of_leads_and_who_rejected_which() {
    let house = worked();
    let mut marketer = Browser::signed_in(&house, "marketer");
    assert_eq!(marketer.open("/").header("location"), Some("/campaigns"));
    for by in ["campaign", "source", "asset"] {
        let page = marketer.open(&format!("/campaigns?days=7&by={by}"));
        assert_eq!(page.status, 200, "{}", page.text());
        let page = page.text();
        assert!(page.contains("bad fit"), "{page}");
        for (number, path) in doors(&page) {
            let list = marketer.open(&path).text();
            assert_eq!(links(&list, "/h/h-").len() as u64, number, "{path}: {list}");
        }
    }
    let mut rep = Browser::signed_in(&house, "rep");
    assert_eq!(rep.open("/campaigns").status, 404);
}

#[test]
fn a_rep_reads_why_their_count_is_what_it_is_and_nobody_elses() {
    let house = worked();
    let mut rep = Browser::signed_in(&house, "rep");
    let page = rep.open("/ledger");
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("My ledger"), "{}", page.text());
    assert!(page.text().contains("received "), "{}", page.text());
    assert_eq!(rep.open("/ledger?member=bob").status, 404);
    let mut manager = Browser::signed_in(&house, "manager");
    assert_eq!(manager.open("/ledger?member=ann").status, 200);
    assert_eq!(manager.open("/ledger?member=nobody").status, 404);
    let mut leader = Browser::signed_in(&house, "leader");
    assert_eq!(leader.open("/ledger?member=ann").status, 404);
    // The desk leads to each ledger that its reader may open, and to no other.
    for (reader, bobs) in [(&mut rep, false), (&mut manager, true)] {
        let desk = reader.open("/desk").text();
        let ledgers = links(&desk, "/ledger?member=");
        assert!(ledgers.contains(&"/ledger?member=ann".to_owned()), "{desk}");
        assert_eq!(ledgers.contains(&"/ledger?member=bob".to_owned()), bobs, "{desk}");
        assert!(ledgers.iter().all(|path| reader.open(path).status == 200), "{ledgers:?}");
    }
}
