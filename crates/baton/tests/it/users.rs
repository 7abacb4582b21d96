//! `/users` and `/keys`: an administrator lets people in, changes what they are and ends it.

use serde_json::{Value, json};

use crate::house::{House, call};
use crate::sign_in::{Browser, PASSWORD, credentials, done};

const ADMIN: [&str; 6] =
    ["user", "add", "root@acme.example", "--role", "admin", "--password-stdin"];

/// A house with an administrator, and their browser.
fn administered() -> (House, Browser) {
    let house = House::open();
    done(&house, &ADMIN, PASSWORD);
    let mut browser = Browser::of(&house);
    let reply = browser.post("/sign-in", &credentials("root@acme.example", PASSWORD));
    assert_eq!(reply.status, 303, "{}", reply.text());
    (house, browser)
}

/// What a verb prints.
fn run(house: &House, words: &[&str]) -> String {
    let data = house.folder.path().join("data");
    let mut command = std::process::Command::new(crate::program::program());
    let output = command.args(words).arg("--json").arg("--data").arg(data).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The users as the command line lists them.
fn listed(house: &House) -> Vec<Value> {
    done(house, &["user", "list"], "").as_array().unwrap().clone()
}

#[test]
fn an_administrator_lets_somebody_in_changes_their_role_and_ends_it() {
    let (house, mut admin) = administered();
    let token = admin.form_token();
    let add = format!("csrf={token}&email=Ann%40acme.example&role=rep&member=ann");
    let page = admin.post("/users", &add).text();
    let (_, rest) = page.split_once("/sign-in/link/").expect("an address");
    let link = format!("/sign-in/link/{}", rest.split('<').next().unwrap());
    assert!(page.contains("ann@acme.example"), "{page}");
    let mut ann = Browser::of(&house);
    assert_eq!(ann.post(&link, "").status, 303, "it signs her in");
    assert_eq!(ann.open("/inbox").status, 200);
    let id = listed(&house).iter().find(|user| user["role"] == "rep").unwrap()["id"].clone();
    let id = id.as_str().unwrap();
    let mut deed = |verb: &str, more: &str| {
        admin.post(&format!("/users/{id}/{verb}"), &format!("csrf={token}{more}"))
    };
    assert_eq!(deed("change", "&role=marketer&member=").status, 200);
    assert_eq!(ann.open("/inbox").status, 303, "what was open has ended");
    let row = |house: &House| listed(house).into_iter().find(|user| user["id"] == id).unwrap();
    assert_eq!((&row(&house)["role"], &row(&house)["member"]), (&"marketer".into(), &Value::Null));
    assert_eq!(deed("sign-out", "").status, 303);
    assert_eq!(deed("revoke", "").status, 303);
    assert_ne!(row(&house)["revoked"], Value::Null);
    let facts = run(&house, &["export", "--what", "facts"]);
    let root = listed(&house).iter().find(|user| user["role"] == "admin").unwrap()["id"].clone();
    let by = |fact: &&str| fact.contains("user-granted") && fact.contains(root.as_str().unwrap());
    assert!(facts.lines().filter(by).count() >= 2, "the journal names the administrator: {facts}");
}

#[test]
fn what_cannot_be_done_is_said_above_the_list_and_changes_nothing() {
    let (house, mut admin) = administered();
    let token = admin.form_token();
    let before = listed(&house);
    let root = before[0]["id"].as_str().unwrap().to_owned();
    for (path, more, status, says) in [
        ("/users", "&email=ann&role=rep&member=ann", 422, "has an e-mail address"),
        ("/users", "&email=a%40b.example&role=rep&member=", 422, "act as a member"),
        ("/users", "&email=a%40b.example&role=rep&member=nobody", 422, "no such member"),
        ("/users", "&email=a%40b.example&role=king&member=", 422, "no such role"),
        ("/users", "&email=root%40acme.example&role=rep&member=ann", 409, "last administrator"),
        (&format!("/users/{root}/revoke"), "", 409, "last administrator"),
        ("/users/u-0000000000000000/revoke", "", 404, "There is nothing here"),
        ("/users/nobody/revoke", "", 404, "There is nothing here"),
        ("/keys/k-0000000000000000/revoke", "", 404, "There is nothing here"),
    ] {
        let reply = admin.post(path, &format!("csrf={token}{more}"));
        assert_eq!(reply.status, status, "{path} {more}: {}", reply.text());
        assert!(reply.text().contains(says), "{path} {more}: {}", reply.text());
    }
    assert_eq!(admin.post("/users", "email=a%40b.example&role=marketer").status, 403, "no token");
    assert_eq!(listed(&house), before);
}

#[test]
fn keys_are_listed_with_what_they_may_and_their_last_use_and_revoked() {
    let (house, mut admin) = administered();
    let made = done(&house, &["key", "create", "--name", "a <b>key", "--scope", "read"], "");
    let (id, secret) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let row = |page: &str| {
        let (before, _) = page.split_once(id).expect("it is listed");
        let at = before.rfind("<tr>").unwrap();
        page[at..].split("</tr>").next().unwrap().to_owned()
    };
    let page = admin.open("/keys").text();
    assert!(!page.contains(secret) && row(&page).contains("a &lt;b&gt;key"), "{}", row(&page));
    assert!(row(&page).contains("not since the start"), "{}", row(&page));
    let bearer = format!("Bearer {secret}");
    let ask = || call(house.address, "GET", "/v1/handoffs", &[("Authorization", &bearer)], b"");
    assert_eq!(ask().status, 200);
    let page = admin.open("/keys").text();
    assert!(!row(&page).contains("not since the start") && row(&page).contains("<time"), "{page}");
    let token = admin.form_token();
    assert_eq!(admin.post(&format!("/keys/{id}/revoke"), &format!("csrf={token}")).status, 303);
    assert_eq!(ask().status, 401);
    assert!(row(&admin.open("/keys").text()).contains("revoked"));
}

#[test]
fn to_everybody_else_these_pages_are_not_there() {
    let house = crate::sign_in::demo();
    for role in ["rep", "manager", "marketer", "revops", "leader", "auditor"] {
        let mut browser = Browser::signed_in(&house, role);
        let nothing = browser.open("/nothing-of-the-kind");
        let token = browser.form_token();
        for path in ["/users", "/keys"] {
            let reply = browser.open(path);
            assert_eq!(reply.status, 404, "{role} {path}");
            assert!(reply.text().contains("There is nothing here"), "{role} {path}");
        }
        assert_eq!(nothing.status, 404);
        let add = format!("csrf={token}&email=a%40b.example&role=admin");
        assert_eq!(browser.post("/users", &add).status, 404, "{role}");
        let unknown = "/users/u-0000000000000000/revoke";
        assert_eq!(browser.post(unknown, &format!("csrf={token}")).status, 404, "{role}");
    }
}

#[test]
fn a_key_of_an_administrator_does_the_same_over_http() {
    let (house, mut root) = administered();
    let ask = |scope: &str, method: &str, path: &str, body: &Value| {
        let bearer = format!("Bearer key-{scope}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        call(house.address, method, path, &headers, body.to_string().as_bytes())
    };
    let nothing = json!({});
    let added = ask(
        "admin",
        "POST",
        "/v1/users",
        &json!({
            "email": "Ann@acme.example", "role": "rep", "member": "ann",
        }),
    );
    assert_eq!(added.status, 200, "{}", added.text());
    let (id, link) = (added.json()["id"].clone(), added.json()["link"].clone());
    let id = id.as_str().unwrap();
    let mut ann = Browser::of(&house);
    assert_eq!(ann.post(link.as_str().unwrap(), "").status, 303, "the address signs her in");
    assert_eq!(ann.open("/inbox").status, 200);
    let users = ask("admin", "GET", "/v1/users", &nothing).json();
    let row = users["users"].as_array().unwrap().iter().find(|user| user["id"] == id).unwrap();
    assert_eq!((&row["email"], &row["role"]), (&"ann@acme.example".into(), &"rep".into()));
    assert_eq!(ask("admin", "POST", &format!("/v1/users/{id}/sign-out"), &nothing).status, 204);
    assert_eq!(ann.open("/inbox").status, 303, "what was open has ended");
    assert_eq!(ask("admin", "POST", &format!("/v1/users/{id}/revoke"), &nothing).status, 204);
    let users = ask("admin", "GET", "/v1/users", &nothing).json();
    let row = users["users"].as_array().unwrap().iter().find(|user| user["id"] == id).unwrap();
    assert_ne!(row["revoked"], Value::Null);
    let facts = run(&house, &["export", "--what", "facts"]);
    let by_key = |fact: &&str| fact.contains("user-revoked") && fact.contains("\"k-");
    assert_eq!(facts.lines().filter(by_key).count(), 1, "{facts}");
    let root_id = listed(&house).iter().find(|user| user["role"] == "admin").unwrap()["id"].clone();
    let last = format!("/v1/users/{}/revoke", root_id.as_str().unwrap());
    assert_eq!(ask("admin", "POST", &last, &nothing).problem(409), "last-admin");
    assert_eq!(root.open("/users").status, 200);

    let needs = ask("admin", "POST", "/v1/keys", &json!({ "name": "crm", "scopes": ["work"] }));
    assert_eq!(needs.problem(422), "member-needed");
    let unknown = ask("admin", "POST", "/v1/keys", &json!({ "name": "crm", "scopes": ["all"] }));
    assert_eq!(unknown.problem(422), "body-unfit");
    let made = ask("admin", "POST", "/v1/keys", &json!({ "name": "crm", "scopes": ["read"] }));
    assert_eq!(made.status, 200, "{}", made.text());
    let bearer = format!("Bearer {}", made.json()["key"].as_str().unwrap());
    let reads = || call(house.address, "GET", "/v1/handoffs", &[("Authorization", &bearer)], b"");
    assert_eq!(reads().status, 200);
    let keys = ask("admin", "GET", "/v1/keys", &nothing);
    assert!(!keys.text().contains(bearer.trim_start_matches("Bearer ")), "a key is told once");
    let path = format!("/v1/keys/{}/revoke", made.json()["id"].as_str().unwrap());
    assert_eq!(ask("admin", "POST", &path, &nothing).status, 204);
    assert_eq!(reads().problem(401), "key-needed");
    assert_eq!(ask("admin", "POST", &path, &nothing).problem(404), "unknown-id");
    for scope in ["read", "work", "revops", "audit"] {
        assert_eq!(ask(scope, "GET", "/v1/users", &nothing).problem(403), "scope-missing");
        assert_eq!(ask(scope, "POST", &path, &nothing).problem(403), "scope-missing");
    }
}
