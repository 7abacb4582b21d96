//! Accepting by the link of a message: what it does, once, and what makes it void.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use baton::config::resolved::ServeConfig;
use connectors::destinations::slack::Slack;
use serde_json::{Value, json};

use crate::house::{Force, House};
use crate::mail::{Act, Server, slack};
use crate::sign_in::{Browser, visitors};
use crate::tls::Authority;

const PUBLIC: &str = "https://baton.example.com";
/// Offers are told to their owners, and beside that to a system.
const TOLD: Force = Force::With(&[
    (
        "team.csv",
        "id,name,email,manager,region,weight,calendar,joined,left\n\
         ann,Ann,ann@acme.example,,all,1,always,2020-01-01,\n\
         bob,Bob,bob@acme.example,,all,1,always,2020-01-01,\n",
    ),
    (
        "destinations.yaml",
        "steps:\n  - { step: new lead, to: crm, when: offered, tell: owner, send: [handoff, brief] }\n  \
         - { step: record, to: archive, when: offered, tell: owner, send: [handoff] }\n",
    ),
]);
const JSON: [(&str, &str); 2] =
    [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];

/// A house whose offers leave by mail, and the mail server.
struct Mailed {
    house: House,
    server: Server,
}

impl Mailed {
    fn open(script: &[Act], adjust: impl FnOnce(&mut ServeConfig)) -> Option<Self> {
        let Some(authority) = Authority::new("IP:127.0.0.1") else {
            crate::skipped_test::skipped("openssl is not installed, or too old");
            return None;
        };
        let server = Server::open(&authority, true, script);
        let house = House::with(TOLD, |config| {
            server.at(config, &authority);
            config.public_url = Some(PUBLIC.to_owned());
            config.demo = Some(visitors());
            adjust(config);
        });
        Some(Self { house, server })
    }

    /// Somebody's lead, and the paths that the mails of it accept on.
    fn offered(&self, who: &str) -> (String, Vec<String>) {
        let handoff = self.house.handoff(who);
        let paths = self.house.until("the mail", |_| {
            let shown = self.shown(&handoff);
            let sent = shown["deliveries"].as_array().unwrap();
            let delivered = sent.iter().all(|delivery| delivery["state"] == "delivered");
            let mails = self.server.taken();
            let about = |mail: &&String| plain(mail).contains(&handoff);
            let links: Vec<String> = mails.iter().filter(about).map(|mail| path(mail)).collect();
            (delivered && !links.is_empty()).then_some(links)
        });
        (handoff, paths)
    }

    fn shown(&self, handoff: &str) -> Value {
        self.house.get(&format!("/v1/handoffs/{handoff}")).json()
    }

    fn state(&self, handoff: &str) -> String {
        self.shown(handoff)["state"].as_str().unwrap().to_owned()
    }

    fn owner(&self, handoff: &str) -> String {
        self.shown(handoff)["owner"]["id"].as_str().unwrap().to_owned()
    }

    fn act(&self, handoff: &str, verb: &str, body: &Value) {
        let path = format!("/v1/handoffs/{handoff}/{verb}");
        let reply = self.house.post(&path, &JSON, body.to_string().as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}

/// A mail without what quoting it did.
fn plain(mail: &str) -> String {
    mail.replace("=\r\n", "").replace("=3D", "=")
}

/// The path that a mail accepts on; it stands in the text and in the HTML.
fn path(mail: &str) -> String {
    let plain = plain(mail);
    let found: Vec<&str> = plain.split(&format!("{PUBLIC}/act/")).skip(1).collect();
    let tokens: Vec<&str> = found.iter().map(|rest| rest.get(..43).unwrap()).collect();
    assert!(tokens.len() == 2 && tokens[0] == tokens[1], "{plain}");
    format!("/act/{}", tokens[0])
}

/// The form of the page, as a browser sends it.
fn form(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"version\" value=\"").expect("a form");
    format!("version={}", rest.split('"').next().unwrap())
}

/// What stands in the files of a folder.
fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() {
            bytes_of(&path)
        } else {
            fs::read(path).unwrap_or_default()
        });
    }
    bytes
}

#[test]
fn the_link_of_a_mail_accepts_once_and_opening_it_does_nothing() {
    let Some(world) = Mailed::open(&[], |_| {}) else { return };
    let (handoff, paths) = world.offered("ada");
    let link = &paths[0];
    let mail = plain(&world.server.taken()[0]);
    assert!(mail.contains(&format!("{PUBLIC}/h/{handoff}")), "{mail}");
    let mut anybody = Browser::of(&world.house);
    let before = world.shown(&handoff);
    // As a mail gateway does, over and over.
    for method in ["HEAD", "GET", "GET"] {
        let opened = anybody.send(method, link, &[], "");
        assert_eq!(opened.status, 200, "{method}");
        assert!(!opened.text().contains("ada"), "nothing of the lead: {}", opened.text());
    }
    assert_eq!(world.shown(&handoff), before);
    let page = anybody.open(link).text();
    assert!(page.contains("Accept this lead") && page.contains(&handoff), "{page}");
    let foreign = [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")];
    assert_eq!(anybody.send("POST", link, &foreign, &form(&page)).problem(403), "form-foreign");
    assert_eq!(world.state(&handoff), "offered");
    let owner = world.owner(&handoff);
    let done = anybody.post(link, &form(&page));
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("is accepted"), "{}", done.text());
    let accepted = world.shown(&handoff);
    assert_eq!((accepted["state"].as_str(), world.owner(&handoff)), (Some("accepted"), owner));
    assert_eq!(anybody.post(link, &form(&page)).problem(410), "accept-link-over");
    // What was taken back is not accepted by the same link once more.
    world.act(&handoff, "undo", &json!({}));
    assert_eq!(world.state(&handoff), "offered");
    for again in [anybody.open(link), anybody.post(link, &form(&page))] {
        assert_eq!(again.problem(410), "accept-link-over");
    }
    let told = fs::read_to_string(world.house.folder.path().join("archive.jsonl")).unwrap();
    assert!(told.contains(&handoff) && !told.contains("/act/"), "a system gets no link: {told}");
    let folder = world.house.close();
    let secret = link.strip_prefix("/act/").unwrap().as_bytes();
    let bytes = bytes_of(folder.path());
    assert!(!bytes.windows(secret.len()).any(|part| part == secret), "its hash alone is kept");
}

#[test]
fn a_mail_that_came_twice_has_two_links_and_the_lead_is_accepted_by_one() {
    let Some(world) = Mailed::open(&[Act::Cut], |_| {}) else { return };
    let (handoff, paths) = world.offered("ada");
    let [one, other] = &paths[..] else { panic!("{paths:?}") };
    assert_ne!(one, other);
    let mut anybody = Browser::of(&world.house);
    let page = anybody.open(other).text();
    // Somebody looked at it meanwhile.
    let stale = anybody.post(one, "version=1");
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(stale.text().contains("Nothing was done"), "{}", stale.text());
    assert_eq!(world.state(&handoff), "offered");
    assert_eq!(anybody.post(one, &form(&page)).status, 200, "it was not used up");
    assert_eq!(anybody.post(other, &form(&page)).problem(410), "accept-link-over");
}

#[test]
fn a_lead_that_went_to_somebody_else_makes_the_link_void_even_when_it_comes_back() {
    let Some(world) = Mailed::open(&[], |_| {}) else { return };
    let (handoff, paths) = world.offered("ada");
    let first = world.owner(&handoff);
    let second = if first == "ann" { "bob" } else { "ann" };
    let mut anybody = Browser::of(&world.house);
    let page = anybody.open(&paths[0]).text();
    for owner in [second, &first] {
        world.act(&handoff, "reassign", &json!({ "owner": owner }));
        assert_eq!(
            (world.owner(&handoff), world.state(&handoff)),
            (owner.to_owned(), "offered".into())
        );
        assert_eq!(anybody.open(&paths[0]).problem(410), "accept-link-over");
        assert_eq!(anybody.post(&paths[0], &form(&page)).problem(410), "accept-link-over");
    }
    // The mail of the offer that stands accepts.
    let latest = world.house.until("the mails", |_| {
        let mails = world.server.taken();
        (mails.len() == 3).then(|| path(&mails[2]))
    });
    let page = anybody.open(&latest).text();
    assert_eq!(anybody.post(&latest, &form(&page)).status, 200);
}

#[test]
fn an_erasure_makes_the_link_void() {
    let Some(world) = Mailed::open(&[], |_| {}) else { return };
    let (handoff, paths) = world.offered("ada");
    let mut anybody = Browser::of(&world.house);
    let page = anybody.open(&paths[0]).text();
    let body = json!({ "identifier": "ada@ada-works.example" }).to_string();
    assert_eq!(world.house.post("/v1/erasures", &JSON, body.as_bytes()).status, 200);
    assert_eq!(anybody.open(&paths[0]).problem(410), "accept-link-over");
    assert_eq!(anybody.post(&paths[0], &form(&page)).problem(410), "accept-link-over");
    assert_ne!(world.state(&handoff), "accepted");
}

#[test]
fn whoever_is_signed_in_as_somebody_else_is_told_whose_the_link_is() {
    let Some(world) = Mailed::open(&[], |_| {}) else { return };
    // Of two who take turns each gets one.
    let offered = ["ada", "ben"].map(|who| world.offered(who));
    let of = |member: &str| offered.iter().find(|(handoff, _)| world.owner(handoff) == member);
    let (others, their_links) = of("bob").expect("bob has one");
    let (own, own_links) = of("ann").expect("ann has one");
    for role in ["rep", "marketer", "revops"] {
        let mut reader = Browser::signed_in(&world.house, role);
        let refused = reader.open(&their_links[0]);
        assert_eq!(refused.problem(403), "accept-link-of-another", "{role}");
        let posted = reader.post(&their_links[0], "version=2");
        assert_eq!(posted.problem(403), "accept-link-of-another", "{role}");
    }
    assert_eq!(world.state(others), "offered");
    let mut ann = Browser::signed_in(&world.house, "rep");
    let page = ann.open(&own_links[0]).text();
    assert_eq!(ann.post(&own_links[0], &form(&page)).status, 200);
    assert_eq!(world.state(own), "accepted");
}

#[test]
fn a_link_outlives_the_server_and_guessing_one_is_slow() {
    let Some(world) = Mailed::open(&[], |_| {}) else { return };
    let (_, paths) = world.offered("ada");
    let house = world.house.again(|config| config.public_url = Some(PUBLIC.to_owned()));
    let mut anybody = Browser::of(&house);
    let page = anybody.open(&paths[0]).text();
    assert_eq!(anybody.post(&paths[0], &form(&page)).status, 200);
    let guesses = (0..40).map(|at| anybody.open(&format!("/act/{at:a>43}")).status);
    let refused = guesses.skip_while(|status| *status == 410).collect::<Vec<_>>();
    assert!(!refused.is_empty() && refused.iter().all(|status| *status == 429), "{refused:?}");
}

#[test]
fn slack_has_the_link_too_and_without_a_public_address_there_is_none() {
    for public_url in [Some(PUBLIC.to_owned()), None] {
        let (address, kept) = slack(&[]);
        let house = House::with(TOLD, |config| {
            let endpoint = format!("http://{address}/services/T/B/x").into();
            config.destinations.insert("crm".to_owned(), Arc::new(Slack { endpoint }));
            config.public_url.clone_from(&public_url);
        });
        let handoff = house.handoff("ada");
        house.until("the message", |house| {
            (house.first_delivery(&handoff).0 == "delivered").then_some(())
        });
        let message = kept.lock().unwrap()[0].clone();
        let text = message.to_string();
        assert_eq!(text.contains("|Accept this lead>"), public_url.is_some(), "{text}");
        assert_eq!(text.contains(&format!("{PUBLIC}/h/{handoff}")), public_url.is_some(), "{text}");
        assert_eq!(text.contains("/act/"), public_url.is_some(), "{text}");
        if public_url.is_some() {
            let (_, rest) = text.split_once("/act/").unwrap();
            let link = format!("/act/{}", &rest[..43]);
            let mut anybody = Browser::of(&house);
            let page = anybody.open(&link).text();
            assert_eq!(anybody.post(&link, &form(&page)).status, 200);
        }
    }
}
