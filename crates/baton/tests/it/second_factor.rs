//! A second factor: set up on a page, asked for after the password, used once, lost and ended.

use baton::auth::totp::{TotpSecret, step_at};
use baton::runtime::clock;

use crate::house::House;
use crate::sign_in::{ANN, Browser, PASSWORD, credentials, done};

/// What stands between two texts of a page.
#[track_caller]
fn between<'t>(page: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split(after).next().unwrap()
}

/// Ann, who has just begun a second factor, and what she has of it.
struct Begun {
    house: House,
    secret: TotpSecret,
    /// The step of the code that she showed.
    step: u64,
    recovery: Vec<String>,
}

fn begun() -> Begun {
    let house = House::open();
    done(&house, &ANN, PASSWORD);
    let mut browser = Browser::of(&house);
    let signed_in = browser.post("/sign-in", &credentials("ann@acme.example", PASSWORD));
    assert_eq!(signed_in.status, 303, "{}", signed_in.text());
    let page = browser.open("/me/second-factor").text();
    assert!(page.contains("<svg class=\"qr\"") && page.contains("otpauth://totp/Baton:"), "{page}");
    let written = between(&page, "name=\"secret\" value=\"", "\"").to_owned();
    let secret = TotpSecret::read(&written).unwrap();
    let token = browser.form_token();
    let form = |code: &str| format!("csrf={token}&secret={written}&code={code}");
    let wrong = browser.post("/me/second-factor", &form("000000x"));
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains(&written), "the app that was set up is not lost");
    let foreign = browser.post("/me/second-factor", &format!("secret={written}&code=1"));
    assert_eq!(foreign.problem(403), "form-foreign");
    let step = step_at(clock::now());
    let page = browser.post("/me/second-factor", &form(&secret.code(step)));
    assert_eq!(page.status, 200, "{}", page.text());
    let list = page.text();
    let list = between(&list, "<ul>", "</ul>");
    let codes = list.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap());
    let recovery: Vec<String> = codes.map(str::to_owned).collect();
    assert_eq!(recovery.len(), 10, "{list}");
    Begun { house, secret, step, recovery }
}

/// A browser whose password was right, and what its page carries to the code.
fn asked(house: &House) -> (Browser, String) {
    let mut browser = Browser::of(house);
    let page = browser.post("/sign-in", &credentials("ann@acme.example", PASSWORD));
    assert_eq!((page.status, page.header("set-cookie")), (200, None), "no session yet");
    assert_eq!(browser.open("/me").status, 303, "and nothing is open");
    let pending = between(&page.text(), "name=\"pending\" value=\"", "\"").to_owned();
    (browser, pending)
}

fn show(browser: &mut Browser, pending: &str, code: &str) -> u16 {
    browser.post("/sign-in/code", &format!("pending={pending}&code={code}&next=%2Fme")).status
}

#[test]
fn whoever_has_a_second_factor_shows_a_code_and_each_counts_once() {
    let Begun { house, secret, step, .. } = begun();
    let (mut browser, pending) = asked(&house);
    assert_eq!(show(&mut browser, &pending, &secret.code(step)), 401, "it was used to set it up");
    assert_eq!(show(&mut browser, &pending, ""), 401);
    assert_eq!(show(&mut browser, &pending, &secret.code(step + 1)), 303);
    assert_eq!(browser.open("/me").status, 200);
    let after = show(&mut Browser::of(&house), &pending, &secret.code(step + 1));
    assert_eq!(after, 303, "the password has to be shown again");
    let (mut other, pending) = asked(&house);
    assert_eq!(show(&mut other, &pending, &secret.code(step + 1)), 401, "it was used");
    for _ in 0..4 {
        assert_eq!(show(&mut other, &pending, "123456"), 401);
    }
    let reply = other.post("/sign-in/code", &format!("pending={pending}&code=123456"));
    assert_eq!(reply.header("location"), Some("/sign-in"), "a password is worth five codes");
}

#[test]
fn a_recovery_code_signs_in_once_and_the_operator_ends_a_second_factor_that_was_lost() {
    let Begun { house, recovery, .. } = begun();
    let (mut browser, pending) = asked(&house);
    let spaced = recovery[0].replace('-', "+").to_uppercase();
    assert_eq!(show(&mut browser, &pending, &spaced), 303);
    assert!(browser.open("/me/second-factor").text().contains("9 recovery codes are left"));
    let (mut other, pending) = asked(&house);
    assert_eq!(show(&mut other, &pending, &recovery[0]), 401, "it was used");
    // An address that signs in once asks for the code as well.
    let again = ["user", "add", "ann@acme.example", "--role", "rep", "--member", "ann"];
    let link = done(&house, &again, "")["link"].as_str().unwrap().to_owned();
    let mut linked = Browser::of(&house);
    let page = linked.post(&link, "");
    assert!(page.text().contains("name=\"pending\""), "{}", page.text());
    assert_eq!(linked.open("/me").status, 303);
    assert_eq!(done(&house, &["user", "list"], "")[0]["second_factor"], true);
    done(&house, &["user", "revoke", "ann@acme.example", "--second-factor"], "");
    assert_eq!(done(&house, &["user", "list"], "")[0]["second_factor"], false);
    let mut last = Browser::of(&house);
    let reply = last.post("/sign-in", &credentials("ann@acme.example", PASSWORD));
    assert_eq!(reply.status, 303, "the password is enough again");
}

#[test]
fn a_second_factor_is_ended_by_a_code_alone() {
    let Begun { house, recovery, .. } = begun();
    let (mut browser, pending) = asked(&house);
    assert_eq!(show(&mut browser, &pending, &recovery[0]), 303);
    let token = browser.form_token();
    let mut end = |code: &str| {
        browser.post("/me/second-factor/end", &format!("csrf={token}&code={code}")).status
    };
    assert_eq!((end("123456"), end(&recovery[0]), end(&recovery[1])), (422, 422, 303));
    assert_eq!(
        Browser::of(&house).post("/sign-in", &credentials("ann@acme.example", PASSWORD)).status,
        303
    );
}

#[test]
fn nothing_of_a_second_factor_lies_in_clear() {
    let Begun { house, secret, recovery, .. } = begun();
    let folder = house.close();
    let written = secret.reveal().to_string();
    for file in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let path = file.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for text in [&written, &recovery[0]] {
            let found = bytes.windows(text.len()).any(|part| part == text.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}
