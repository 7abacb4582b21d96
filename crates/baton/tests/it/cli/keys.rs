//! Keys: shown once, listed without their secret, revoked.

use super::program::{Place, example};

#[test]
fn a_key_is_shown_once_and_its_secret_is_nowhere_in_the_folder() {
    let place = Place::new();
    let made = place.json(&["key", "create", "--name", "web", "--scope", "ingest,read"]);
    let secret = made["key"].as_str().unwrap();
    assert!(secret.starts_with("baton_") && secret.len() > 40, "{secret}");
    let listed = place.json(&["key", "list"]);
    assert_eq!(listed[0]["id"], made["id"]);
    assert_eq!(listed[0]["scopes"], serde_json::json!(["ingest", "read"]));
    assert!(listed[0]["revoked"].is_null());
    assert!(!listed.to_string().contains(secret), "a list tells no secret");
    assert!(!place.holds(secret), "the folder holds a hash alone");
}

#[test]
fn found_g10_a_key_that_may_work_names_its_member() {
    let place = Place::new();
    place.json(&["apply", &example("strategies/acme")]);
    let create = |scope: &str, member: &str| {
        place.run(&["key", "create", "--name", "phone", "--scope", scope, "--member", member])
    };
    create("work", "nobody-of-the-team").failed(2, "member-missing");
    create("ingest", "a.keller").failed(2, "scope-missing");
    create("work", "").failed(2, "member-missing");
    create("work", &"a".repeat(201)).failed(2, "member-missing");
    for scope in ["work", "read,work", "ingest,work,audit"] {
        let ended = place.run(&["key", "create", "--name", "phone", "--scope", scope]);
        ended.failed(2, "key-without-member");
        assert!(ended.err.contains("--member ID"), "{}", ended.err);
    }
    for scope in ["revops", "work,revops", "admin"] {
        let made = place.run(&["key", "create", "--name", "phone", "--scope", scope]);
        assert_eq!(made.code, Some(0), "{scope} acts for others: {}", made.err);
    }
    assert_eq!(create("work", "a.keller").code, Some(0));
    let listed = place.json(&["key", "list"]);
    let of_member = listed.as_array().unwrap().iter().find(|key| key["member"] == "a.keller");
    assert_eq!(of_member.unwrap()["scopes"], serde_json::json!(["work"]), "{listed}");
}

#[test]
fn a_key_is_revoked_by_the_beginning_of_its_id() {
    let place = Place::new();
    let made = place.json(&["key", "create", "--name", "web", "--scope", "read"]);
    let id = made["id"].as_str().unwrap();
    place.json(&["key", "revoke", &id[..8]]);
    assert!(place.json(&["key", "list"])[0]["revoked"].is_string());
    place.run(&["key", "revoke", &id[..8]]).failed(2, "unknown-id");
}

#[test]
fn a_scope_that_is_none_is_told_with_the_nearest() {
    let place = Place::new();
    let ended = place.run(&["key", "create", "--name", "web", "--scope", "reed"]);
    ended.failed(2, "unknown-word");
    let said = ended.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("did you mean `read`?"), "{said}");
    assert!(!place.data().exists(), "nothing was made for it");
}

#[test]
fn a_folder_that_others_may_use_is_refused_with_what_to_do() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.json(&["key", "create", "--name", "web", "--scope", "read"]);
    std::fs::set_permissions(place.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let ended = place.run(&["key", "create", "--name", "web", "--scope", "read"]);
    ended.failed(3, "store-open-to-others");
    assert!(ended.err.contains("chmod 700"), "{}", ended.err);
}

#[test]
fn without_a_folder_there_is_nothing_to_list() {
    Place::new().run(&["key", "list", "--json"]).failed(3, "store-no-folder");
}
