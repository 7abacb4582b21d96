//! Under a wrong master key no verb says "unknown" of what is known: each says which key is wanted.

use super::program::Place;

#[test]
fn found_key_every_verb_says_that_the_master_key_is_not_the_folders() {
    let (place, other) = (Place::new(), Place::new());
    for place in [&place, &other] {
        place.json(&["key", "create", "--name", "a", "--scope", "read"]);
    }
    let key = |place: &Place| place.data().join("master.key");
    let own = std::fs::read(key(&place)).unwrap();
    std::fs::copy(key(&other), key(&place)).unwrap();
    let verbs: [&[&str]; 12] = [
        &["context", "acme.example"],
        &["why", "h-0"],
        &["brief", "h-0"],
        &["export", "--what", "facts"],
        &["export", "--what", "facts", "--purpose", "audit"],
        &["quarantine", "list"],
        &["key", "list"],
        &["key", "create", "--name", "b", "--scope", "read"],
        &["audit", "verify"],
        &["audit", "bodies"],
        &["replay", "--dry-run"],
        &["serve", "--listen", "127.0.0.1:0"],
    ];
    for verb in verbs {
        let ended = place.run(verb);
        ended.failed(3, "store-master-key-wrong");
        assert!(ended.err.contains("fingerprint") && ended.err.contains("master.key"), "{verb:?}");
    }
    let told = place.run(&["doctor", "--json"]);
    assert_eq!(told.code, Some(1));
    assert_eq!(told.json()["problems"].as_array().unwrap().len(), 1, "{}", told.out);
    assert_eq!(told.json()["problems"][0]["code"], "store-master-key-wrong");
    std::fs::write(key(&place), own).unwrap();
    assert_eq!(place.run(&["doctor"]).code, Some(0));
    assert_eq!(place.json(&["key", "list"])["keys"].as_array().map_or(0, Vec::len).max(1), 1);
}
