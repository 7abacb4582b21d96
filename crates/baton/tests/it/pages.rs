//! The pages as a browser without script meets them: what is shown, what a form does, and what another
//! reader never sees.

use std::process::Command;

use crate::house::{House, Reply};
use crate::sign_in::{Browser, demo};

/// The value of a hidden field in the first form that has it.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("a form");
    rest.split('"').next().expect("a value").to_owned()
}

fn opened(browser: &mut Browser, path: &str) -> String {
    let reply = browser.open(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    let policy = reply.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
    reply.text()
}

/// Posts a form of a handoff's page as it stands there.
fn act(browser: &mut Browser, handoff: &str, verb: &str, more: &str) -> Reply {
    let page = browser.open(&format!("/h/{handoff}")).text();
    let form = format!("csrf={}&version={}{more}", field(&page, "csrf"), field(&page, "version"));
    browser.post(&format!("/h/{handoff}/{verb}"), &form)
}

fn offered_to_ann() -> (House, String) {
    let house = demo();
    // Two members take turns.
    for who in ["ada", "ben"] {
        let handoff = house.handoff(who);
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        if shown["owner"]["id"] == "ann" {
            return (house, handoff);
        }
    }
    panic!("neither of two leads went to Ann");
}

#[test]
fn a_rep_finds_a_lead_in_the_inbox_and_accepts_it_without_script() {
    let (house, handoff) = offered_to_ann();
    let mut ann = Browser::signed_in(&house, "rep");
    assert_eq!(ann.open("/").header("location"), Some("/inbox"));
    let inbox = opened(&mut ann, "/inbox");
    assert!(inbox.contains(&format!("href=\"/h/{handoff}\"")), "{inbox}");

    let page = opened(&mut ann, &format!("/h/{handoff}"));
    for says in ["offered to you", "/accept\"", "Why you", "Evidence 1", "id=\"evidence-1\""] {
        assert!(page.contains(says), "{says}: {page}");
    }
    assert!(page.contains("href=\"#evidence-1\""), "a sentence leads to what it rests on: {page}");

    let accepted = act(&mut ann, &handoff, "accept", "");
    assert_eq!(accepted.status, 303, "{}", accepted.text());
    let back = accepted.header("location").expect("it leads back").to_owned();
    let page = opened(&mut ann, &back);
    assert!(page.contains("accepted by you") && page.contains("You have it."), "{page}");
    assert!(!page.contains(&format!("/h/{handoff}/accept")), "it is not offered again: {page}");
    // The API tells the same, with who did it.
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    assert_eq!(shown["state"], "accepted", "{shown}");
    let why = house.get(&format!("/v1/handoffs/{handoff}/why")).json();
    assert_eq!(why["state_by"]["id"], "ann", "{why}");
}

#[test]
fn what_was_accepted_by_mistake_is_taken_back_by_a_form() {
    let (house, handoff) = offered_to_ann();
    let mut ann = Browser::signed_in(&house, "rep");
    let undo = format!("action=\"/h/{handoff}/undo\"");
    assert!(!opened(&mut ann, &format!("/h/{handoff}")).contains(&undo), "nothing was done yet");
    assert_eq!(act(&mut ann, &handoff, "accept", "").status, 303);
    let page = opened(&mut ann, &format!("/h/{handoff}"));
    assert!(page.contains(&undo) && page.contains("data-seconds="), "{page}");
    // It names no version: that the archive answered meanwhile is no reason to refuse.
    let form = format!("csrf={}", field(&page, "csrf"));
    let mut boss = Browser::signed_in(&house, "marketer");
    let foreign = format!("csrf={}", field(&boss.open("/search").text(), "csrf"));
    assert_eq!(boss.post(&format!("/h/{handoff}/undo"), &foreign).status, 403);
    let back = ann.post(&format!("/h/{handoff}/undo"), &form);
    assert_eq!(back.status, 303, "{}", back.text());
    let page = opened(&mut ann, back.header("location").expect("it leads back"));
    assert!(page.contains("offered to you") && page.contains("Taken back."), "{page}");
    let again = ann.post(&format!("/h/{handoff}/undo"), &form);
    assert_eq!(again.status, 409, "{}", again.text());
    assert!(
        again.text().contains("Nothing was done: nothing can be taken back"),
        "{}",
        again.text()
    );
}

#[test]
fn a_snoozed_lead_is_out_of_its_readers_inbox_alone_until_it_comes_back() {
    let (house, handoff) = offered_to_ann();
    let mut ann = Browser::signed_in(&house, "rep");
    let row = format!("href=\"/h/{handoff}\"");
    let accept_by =
        |house: &House| house.get(&format!("/v1/handoffs/{handoff}")).json()["accept_by"].clone();
    let due = accept_by(&house);
    assert_eq!(act(&mut ann, &handoff, "snooze", "&for=never").status, 422);
    let done = act(&mut ann, &handoff, "snooze", "&for=4");
    assert_eq!(done.status, 303, "{}", done.text());
    let inbox = opened(&mut ann, "/inbox");
    assert!(!inbox.contains(&row) && inbox.contains("1 snoozed"), "{inbox}");
    assert_eq!(accept_by(&house), due, "no clock stops");
    assert_eq!(ann.open("/live").json()["inbox"], 0);
    let snoozed = opened(&mut ann, "/inbox?part=snoozed");
    assert!(snoozed.contains(&row) && snoozed.contains("back "), "{snoozed}");
    assert_eq!(ann.open("/inbox?part=nowhere").status, 400);
    assert_eq!(act(&mut ann, &handoff, "undo", "").status, 303, "it can be taken back");
    assert!(opened(&mut ann, "/inbox").contains(&row));
    assert_eq!(act(&mut ann, &handoff, "snooze", "&for=1").status, 303);
    assert_eq!(act(&mut ann, &handoff, "snooze", "&for=0").status, 303, "or shown again");
    assert!(opened(&mut ann, "/inbox").contains(&row));
    assert_eq!(ann.open("/live").json()["inbox"], 1);
}

#[test]
fn what_is_said_goes_through_the_same_service_as_the_api() {
    let (house, handoff) = offered_to_ann();
    let mut ann = Browser::signed_in(&house, "rep");
    assert_eq!(act(&mut ann, &handoff, "accept", "").status, 303);
    assert_eq!(act(&mut ann, &handoff, "outcome", "&outcome=met&note=went+well").status, 303);
    let told = act(&mut ann, &handoff, "debrief", "&right=false&complaints=2&note=no+budget");
    assert_eq!(told.status, 303, "{}", told.text());
    assert_eq!(house.get(&format!("/v1/handoffs/{handoff}")).json()["state"], "met");
    let page = opened(&mut ann, &format!("/h/{handoff}"));
    assert!(page.contains("went well") && page.contains("no budget"), "{page}");

    let refused = act(&mut ann, &handoff, "reject", "&reason=not-now");
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("Nothing was done"), "{}", refused.text());
    let unfit = act(&mut ann, &handoff, "outcome", "&outcome=dreamt&note=keep+me");
    assert_eq!(unfit.status, 422, "{}", unfit.text());
    assert!(unfit.text().contains(">keep me</textarea>"), "what was typed stays: {}", unfit.text());
}

#[test]
fn somebody_who_saw_an_older_version_is_told_what_changed_and_nothing_is_done() {
    let (house, handoff) = offered_to_ann();
    let mut ann = Browser::signed_in(&house, "rep");
    let page = opened(&mut ann, &format!("/h/{handoff}"));
    let form = format!("csrf={}&version={}", field(&page, "csrf"), field(&page, "version"));
    assert_eq!(ann.post(&format!("/h/{handoff}/accept"), &form).status, 303);
    let stale = ann.post(&format!("/h/{handoff}/reject"), &format!("{form}&reason=bad-fit"));
    assert_eq!(stale.status, 409);
    let says = stale.text();
    assert!(says.contains("it changed since you looked"), "{says}");
    assert!(says.contains("accepted, with ann"), "{says}");
    assert_eq!(house.get(&format!("/v1/handoffs/{handoff}")).json()["state"], "accepted");
    // A form without a version is nobody's.
    let form = format!("csrf={}", field(&page, "csrf"));
    assert_eq!(ann.post(&format!("/h/{handoff}/accept"), &form).status, 422);
}

#[test]
fn a_form_that_is_not_from_a_page_of_the_session_does_nothing() {
    let (house, handoff) = offered_to_ann();
    let mut ann = Browser::signed_in(&house, "rep");
    let path = format!("/h/{handoff}/accept");
    assert_eq!(ann.post(&path, "version=1").status, 403, "without its token");
    let foreign = field(&Browser::signed_in(&house, "manager").open("/search").text(), "csrf");
    assert_eq!(ann.post(&path, &format!("version=1&csrf={foreign}")).status, 403);
    assert_eq!(house.get(&format!("/v1/handoffs/{handoff}")).json()["state"], "offered");
    assert_eq!(ann.open(&path).status, 405, "looking does nothing");
}

#[test]
fn who_may_not_work_handoffs_is_offered_nothing_and_sees_no_name_beyond_their_purpose() {
    let (house, handoff) = offered_to_ann();
    for role in ["marketer", "auditor"] {
        let mut reader = Browser::signed_in(&house, role);
        let page = opened(&mut reader, &format!("/h/{handoff}"));
        assert!(!page.contains("/accept\"") && !page.contains("/reject\""), "{role}: {page}");
        let form = format!("csrf={}&version=1", field(&page, "csrf"));
        let refused = reader.post(&format!("/h/{handoff}/accept"), &form);
        assert_eq!(refused.status, 403, "{role}: {}", refused.text());
    }
    // A leader reads figures and an administrator users: to them there is no handoff.
    for role in ["leader", "admin"] {
        let mut reader = Browser::signed_in(&house, role);
        let token = reader.form_token();
        let form = format!("csrf={token}&q=ada%40ada-works.example");
        let accept = format!("csrf={token}&version=1");
        for (there, absent) in [
            (reader.open(&format!("/h/{handoff}")), reader.open("/h/h-0000000000000000")),
            (reader.post("/search", &form), reader.post("/search", &format!("csrf={token}&q=x"))),
            (
                reader.post(&format!("/h/{handoff}/accept"), &accept),
                reader.post("/h/h-0000000000000000/accept", &accept),
            ),
        ] {
            assert_eq!((there.status, absent.status), (404, 404), "{role}");
            assert!(!there.text().contains("ada"), "{role}: {}", there.text());
        }
        let first = reader.open("/").header("location").expect("a first page").to_owned();
        let page = opened(&mut reader, &first);
        assert!(!page.contains("action=\"/search\""), "{role} is offered no search: {page}");
    }
    assert_eq!(house.get(&format!("/v1/handoffs/{handoff}")).json()["state"], "offered");
}

#[test]
fn the_tour_leads_a_visitor_to_each_role_and_every_page_opens() {
    let (house, handoff) = offered_to_ann();
    let mut nobody = Browser::of(&house);
    assert_eq!(nobody.open("/").header("location"), Some("/tour"));
    let tour = opened(&mut nobody, "/tour");
    assert!(tour.contains("Who would you like to be?") && tour.contains("Signals in"), "{tour}");
    assert!(!tour.contains('@'), "the tour tells nothing of a person: {tour}");
    for way in ["href=\"/tour/crm\"", "Now your own file", "value=\"/imports\""] {
        assert!(tour.contains(way), "{way}: {tour}");
    }
    let crm = nobody.open("/tour/crm");
    assert_eq!((crm.status, crm.header("location")), (303, Some("http://127.0.0.1:9/")));
    assert_eq!(nobody.open("/inbox").status, 303, "whoever is not signed in signs in first");
    let styled = opened(&mut nobody, "/styleguide");
    let (_, rest) = styled.split_once("rel=\"stylesheet\" href=\"").expect("a style sheet");
    let sheet = nobody.open(rest.split('"').next().expect("an address"));
    assert_eq!(sheet.status, 200);
    assert!(sheet.header("cache-control").expect("it is kept").contains("immutable"));
    assert_eq!(nobody.open("/assets/other.css").status, 404);

    for role in ["rep", "manager", "marketer", "revops", "leader", "auditor", "admin"] {
        let mut reader = Browser::signed_in(&house, role);
        let first = reader.open("/").header("location").expect("a first page").to_owned();
        let page = opened(&mut reader, &first);
        // Whatever stands in the rail works.
        let (_, rail) = page.split_once("class=\"places\"").expect("a rail");
        let (rail, _) = rail.split_once("class=\"reader\"").expect("a reader");
        for link in rail.split("href=\"").skip(1) {
            opened(&mut reader, link.split('"').next().expect("an address"));
        }
        if ["leader", "admin"].contains(&role) {
            continue;
        }
        let shown = opened(&mut reader, &format!("/h/{handoff}"));
        let (_, account) = shown.split_once("href=\"/a/").expect("its account");
        let account = account.split('"').next().expect("an id");
        opened(&mut reader, &format!("/a/{account}"));
        opened(&mut reader, &format!("/a/{account}?day=2100-01-01"));
    }
}

#[test]
fn the_counts_of_the_rail_follow_without_a_page_being_loaded() {
    let (house, _) = offered_to_ann();
    let mut ann = Browser::signed_in(&house, "rep");
    let before = ann.open("/live").json();
    assert_eq!(before["inbox"], 1, "{before}");
    for who in ["cleo", "dora"] {
        house.handoff(who);
    }
    let after = ann.open("/live").json();
    assert_eq!(after["inbox"], 2, "one of two more is hers: {after}");
    assert_ne!(after["changed"], before["changed"]);
    assert!(!after.to_string().contains("cleo"), "they tell nothing of a person: {after}");
    let other = Browser::signed_in(&house, "auditor").open("/live").json();
    assert!(other["inbox"].is_null(), "{other}");
    assert_eq!(Browser::of(&house).open("/live").status, 303);
}

#[test]
fn what_is_not_there_is_told_on_a_page_of_its_own() {
    let house = demo();
    let mut ann = Browser::signed_in(&house, "rep");
    for path in ["/h/h-00000000000000000000000000000000", "/h/nobody", "/a/nobody.example"] {
        let missing = ann.open(path);
        assert_eq!(missing.status, 404, "{path}: {}", missing.text());
        assert_eq!(missing.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert!(missing.text().contains("There is nothing here"), "{}", missing.text());
    }
    let empty = opened(&mut ann, "/inbox");
    assert!(empty.contains("No lead waits for you"), "{empty}");
}

/// What a headless browser makes of an address, and what it complained of; none where none is installed.
fn in_a_browser(address: &str) -> Option<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut browser = Command::new("chromium");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]);
    browser.arg(format!("--user-data-dir={}", folder.path().display()));
    browser.args(["--virtual-time-budget=3000", "--dump-dom", address]);
    let shown = browser.output().ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let complaints = text(&shown.stderr);
    let of_pages = complaints.lines().filter(|line| line.contains("CONSOLE"));
    Some((text(&shown.stdout), of_pages.collect::<Vec<_>>().join("\n")))
}

#[test]
fn a_real_browser_shows_the_pages_and_complains_of_nothing() {
    let (house, _) = offered_to_ann();
    for (path, says) in [("/tour", "Who would you like to be?"), ("/styleguide", "Style guide")] {
        let Some((shown, complaints)) = in_a_browser(&format!("http://{}{path}", house.address))
        else {
            crate::skipped_test::skipped("chromium is not installed");
            return;
        };
        assert!(shown.contains(says), "{path}: {shown}");
        assert!(complaints.is_empty(), "{path}: {complaints}");
        // The script of ours ran under the policy: it says so to the style sheet.
        assert!(shown.contains("data-script"), "{path}: {shown}");
    }
}

#[test]
fn what_is_looked_for_is_sent_in_a_form_and_never_in_an_address() {
    let house = demo();
    let handoff = house.handoff_of("ann", "ada");
    let mut ann = Browser::signed_in(&house, "rep");
    let page = opened(&mut ann, "/search");
    assert!(page.contains("action=\"/search\" method=\"post\""), "{page}");
    let asked = |text: &str| format!("csrf={}&q={text}", field(&page, "csrf"));
    let found = ann.post("/search", &asked(&handoff)).text();
    assert!(found.contains(&format!("href=\"/h/{handoff}\"")), "{found}");
    let somebody = ann.post("/search", &asked("ada%40ada-works.example")).text();
    assert!(somebody.contains("ada works"), "{somebody}");
    let by_address = ann.open(&format!("/search?q={handoff}")).text();
    assert!(!by_address.contains(&handoff), "{by_address}");
    assert_eq!(ann.post("/search", &format!("q={handoff}")).status, 403, "without its token");
}

#[test]
fn an_address_of_what_is_not_there_says_what_is_wrong() {
    let house = demo();
    let mut revops = Browser::signed_in(&house, "revops");
    let version = house.get("/v1/strategies").json()["strategies"][0]["version"].clone();
    let version = version.as_str().unwrap();
    let shown = revops.open(&format!("/strategy?version={}", &version[..8]));
    assert_eq!(shown.header("location"), Some(&*format!("/strategy/versions/{version}")));
    for (path, says) in [
        ("/strategy?version=zzz", "No version of a strategy that was ever in force begins so"),
        ("/desk?pool=nosuch", "The strategy in force has no pool of this name; there are "),
    ] {
        let reply = revops.open(path);
        assert_eq!(reply.status, 404, "{path}");
        assert!(reply.text().contains(says), "{path}: {}", reply.text());
    }
    assert_eq!(revops.open("/desk").status, 200);
}
