//! What is configured, from its text.

use std::net::IpAddr;
use std::path::Path;

use connectors::destinations::KINDS;

use super::mask::mask;
use super::sign_in::SignIn;
use super::{Config, ConfigError, Range, Reference, SourceKind, Value};

fn read(text: &str) -> Config {
    Config::from_text(text, Path::new("/etc/baton/baton.toml")).unwrap()
}

#[test]
fn what_is_left_out_is_as_built_in() {
    assert_eq!(read(""), Config::default());
    assert_eq!(Config::default().listen.address.to_string(), "127.0.0.1:8080");
    assert!(Config::default().network.allow_private.is_empty(), "nothing private may be called");
}

#[test]
fn the_interface_s_example_is_read() {
    let config = read(
        "[listen]
address = \"127.0.0.1:9\"
[sources.web]
kind = \"segment\"
verifies = [\"external_id\", \"email\"]
credential = \"env:WEB_SECRET\"
[destinations.crm-hook]
kind = \"webhook\"
endpoint = \"https://crm.example.com/hook\"
credential = \"file:secrets/crm\"
[destinations.archive]
kind = \"file\"
path = \"out/baton.jsonl\"
[network]
allow_private = [\"127.0.0.1/32\"]
",
    );
    let web = &config.sources["web"];
    assert_eq!(web.kind, SourceKind::Segment);
    assert_eq!(web.credential, Some(Reference::Env("WEB_SECRET".to_owned())));
    let crm = Reference::File("/etc/baton/secrets/crm".into());
    let crm_hook = &config.destinations["crm-hook"];
    assert_eq!(crm_hook.kind.name, "webhook");
    let credential = &crm_hook.values["credential"];
    assert_eq!(*credential, Value::Secrets(crm), "a path starts at the file that it stands in");
    let archive = &config.destinations["archive"];
    assert_eq!(archive.kind.name, "file");
    assert_eq!(archive.values["path"], Value::Path("/etc/baton/out/baton.jsonl".into()));
    assert!(config.network.allow_private[0].contains("127.0.0.1".parse().unwrap()));
}

#[test]
fn each_kind_of_destination_stands_in_the_defaults_with_its_keys() {
    // The commented-out examples, read as they would be without their mark.
    let sections = super::read::DEFAULTS.split("# [destinations.").skip(1);
    let said: Vec<String> = sections.map(|section| section.replace("\n# ", "\n")).collect();
    for kind in KINDS {
        let named = format!("\nkind = \"{}\"", kind.name);
        let section = said.iter().find(|section| section.contains(&named));
        let section = section.unwrap_or_else(|| panic!("no example of `{}`", kind.name));
        for key in kind.keys {
            assert!(section.contains(&format!("\n{} = ", key.name)), "{} {}", kind.name, key.name);
        }
    }
}

#[test]
fn a_destination_has_the_keys_of_its_kind_and_no_others() {
    let section = |lines: &str| {
        let text = format!("[destinations.crm]\n{lines}");
        let read = Config::from_text(&text, Path::new("/etc/baton/baton.toml"));
        match read {
            Ok(_) => Vec::new(),
            Err(ConfigError::Wrong { diagnostics, .. }) => {
                diagnostics.list().iter().map(|one| one.code).collect()
            }
            Err(other) => panic!("{other}"),
        }
    };
    let webhook = "kind = \"webhook\"\nendpoint = \"https://crm.example.com\"\n";
    assert_eq!(section(webhook), [""; 0], "the credential is optional");
    assert_eq!(section(&format!("{webhook}path = \"x\"\n")), ["unknown-key"], "another kind's");
    assert_eq!(section("kind = \"webhook\"\n"), ["missing-key"]);
    assert_eq!(section("kind = \"file\"\n"), ["missing-key"]);
    assert_eq!(section("kind = \"file\"\npath = \"x\"\ncredential = \"env:X\"\n"), ["unknown-key"]);
    let literal = format!("{webhook}credential = \"hunter2\"\n");
    assert_eq!(section(&literal), ["secret-literal"]);
    let nobody = "kind = \"pigeon\"\npath = \"x\"\nendpoint = \"https://x.example\"\n";
    assert_eq!(section(nobody), ["unknown-word"], "keys of some kind are not unknown as well");
    assert_eq!(section("kind = \"webhook\"\nendpoint = \"crm\"\n"), ["config-value"]);
}

#[test]
fn mail_in_clear_goes_to_this_machine_alone_and_a_login_is_whole() {
    let section = |lines: &str| {
        let text =
            format!("[destinations.mail]\nkind = \"smtp\"\nfrom = \"b@acme.example\"\n{lines}");
        let read = Config::from_text(&text, Path::new("/etc/baton/baton.toml"));
        match read {
            Ok(_) => Vec::new(),
            Err(ConfigError::Wrong { diagnostics, .. }) => {
                diagnostics.list().iter().map(|one| one.code).collect()
            }
            Err(other) => panic!("{other}"),
        }
    };
    for here in ["localhost", "127.0.0.1", "127.1.2.3", "::1"] {
        assert_eq!(section(&format!("host = \"{here}\"\ntls = \"none\"\n")), [""; 0], "{here}");
    }
    for elsewhere in ["smtp.acme.example", "10.0.0.5", "localhost.evil.example", "fd00::1"] {
        let clear = format!("host = \"{elsewhere}\"\ntls = \"none\"\n");
        assert_eq!(section(&clear), ["config-value"], "{elsewhere}");
        let private = format!("host = \"{elsewhere}\"\ntls = \"starttls\"\n");
        assert_eq!(section(&private), [""; 0], "{elsewhere}");
    }
    let server = "host = \"smtp.acme.example\"\ntls = \"tls\"\n";
    assert_eq!(section(&format!("{server}username = \"b\"\n")), ["config-value"]);
    assert_eq!(section(&format!("{server}password = \"env:X\"\n")), ["config-value"]);
    assert_eq!(section(&format!("{server}username = \"b\"\npassword = \"env:X\"\n")), [""; 0]);
    assert_eq!(section(&format!("{server}password = \"hunter2\"\n")), ["secret-literal"]);
    assert_eq!(section(&format!("{server}to = \"nobody\"\n")), ["config-value"]);
    assert_eq!(
        section(&format!("{server}to = \"a@b.example\\nBcc: c@d.example\"\n")),
        ["config-value"]
    );
    assert_eq!(section("host = \"smtp.acme.example:587\"\ntls = \"tls\"\n"), ["config-value"]);
    assert_eq!(section("host = \"smtp.acme.example\"\ntls = \"ssl\"\n"), ["config-value"]);
    assert_eq!(section("host = \"smtp.acme.example\"\n"), ["missing-key"]);
}

#[test]
fn the_examples_of_the_pages_are_read() {
    for page in [
        include_str!("../../../../docs/how-to/mail.md"),
        include_str!("../../../../docs/how-to/slack.md"),
        include_str!("../../../../docs/how-to/webhooks.md"),
    ] {
        let blocks: Vec<&str> = page.split("```toml\n").skip(1).collect();
        assert!(!blocks.is_empty());
        for block in blocks {
            read(block.split("```").next().expect("the block"));
        }
    }
}

#[test]
fn the_address_of_a_webhook_of_slack_is_a_secret() {
    let read = |endpoint: &str| {
        let text = format!("[destinations.sales]\nkind = \"slack\"\nendpoint = \"{endpoint}\"\n");
        Config::from_text(&text, Path::new("/etc/baton/baton.toml"))
    };
    assert!(read("env:SLACK_WEBHOOK").is_ok());
    let Err(ConfigError::Wrong { diagnostics, .. }) =
        read("https://hooks.slack.com/services/T/B/x")
    else {
        panic!("an address was taken");
    };
    assert_eq!(diagnostics.list()[0].code, "secret-literal");
}

#[track_caller]
fn check_range(range: &str, address: &str, expected: bool) {
    let (range, address): (Range, IpAddr) = (range.parse().unwrap(), address.parse().unwrap());
    assert_eq!(range.contains(address), expected, "{range} {address}");
}

#[test]
fn ranges_hold_what_begins_with_the_same_bits() {
    check_range("10.0.0.0/8", "10.255.0.1", true);
    check_range("10.0.0.0/8", "11.0.0.1", false);
    check_range("10.0.0.5", "10.0.0.5", true);
    check_range("10.0.0.5", "10.0.0.4", false);
    check_range("0.0.0.0/0", "203.0.113.9", true);
    check_range("::/0", "fd00::1", true);
    check_range("10.0.0.0/8", "::ffff:10.1.1.1", true);
    check_range("fd00::/8", "10.0.0.1", false);
    for text in ["", "10.0.0.0/33", "x/8", "10.0.0.0/", "10.0.0.0/-1"] {
        assert!(text.parse::<Range>().is_err(), "{text}");
    }
}

#[test]
fn a_mask_hides_secrets_and_moves_nothing() {
    let text =
        "credential = \"hünter2\"\nkind = \"segment\"\nx = \"https://u:p@h/\"\ntoken='abc'\n";
    let masked = mask(text);
    assert_eq!(masked.len(), text.len(), "places stay where they are");
    for secret in ["hünter2", "u:p", "abc"] {
        assert!(!masked.contains(secret), "{masked}");
    }
    assert!(masked.contains("kind = \"segment\""), "{masked}");
    let kept = "credential = \"env:NAME\"\n";
    assert_eq!(mask(kept), kept, "a reference is no secret");
}

#[test]
fn no_text_makes_the_reader_panic() {
    for text in
        ["[", "a=", "[listen]\naddress=1", "[sources]\nweb=1", "sources=[]", "\u{0}", "[[x]]"]
    {
        assert!(Config::from_text(text, Path::new("x.toml")).is_err(), "{text}");
    }
}

#[test]
fn found_h2_bounds_are_read_and_what_cannot_be_is_told() {
    let path = Path::new("/etc/baton/baton.toml");
    assert_eq!(read("").bounds.accounts_mib, 256);
    assert_eq!(read("[bounds]\naccounts_mib = 1_024\n").bounds.accounts_bytes(), 1 << 30);
    for wrong in ["0", "-1", "\"64\"", "1.5", "1048577"] {
        let text = format!("[bounds]\naccounts_mib = {wrong}\n");
        assert!(Config::from_text(&text, path).is_err(), "{wrong}");
    }
    assert!(Config::from_text("[bounds]\nbodies_mib = 1\n", path).is_err());
    let said = "[bounds]\nqueued_bodies_mib = 2\nrequests_mib = 3\nsnapshot_entries = 50\n";
    let bounds = read(said).bounds;
    assert_eq!((bounds.queued_body_bytes(), bounds.request_bytes()), (2 << 20, 3 << 20));
    assert_eq!((bounds.snapshot_entries, read("").bounds.snapshot_entries), (50, 1_000));
    for wrong in ["queued_bodies_mib = 0", "requests_mib = -1", "snapshot_entries = 1000001"] {
        let text = format!("[bounds]\n{wrong}\n");
        assert!(Config::from_text(&text, path).is_err(), "{wrong}");
    }
}

#[test]
fn found_d7_the_sources_of_the_page_about_maps_are_read() {
    let page = include_str!("../../../../docs/how-to/http-maps.md");
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        let text = block.split("```").next().unwrap_or_default();
        let config = Config::from_text(text, Path::new("baton.toml"))
            .unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let source = config.sources.values().next().expect("a source");
        assert_eq!(source.kind, SourceKind::Http);
        assert!(source.map.is_some() && source.verify.is_some());
    }
}

#[test]
fn found_d7_an_http_source_without_a_proof_is_refused() {
    let errors = |lines: &str| {
        let text = format!("[sources.web]\nkind = \"http\"\n{lines}");
        match Config::from_text(&text, Path::new("baton.toml")) {
            Err(ConfigError::Wrong { diagnostics, .. }) => {
                diagnostics.list().iter().map(|one| one.message.clone()).collect::<Vec<_>>()
            }
            other => panic!("{lines}: {other:?}"),
        }
    };
    assert_eq!(errors("map = \"m.yaml\"\n"), ["anybody could post as this source"]);
    assert_eq!(
        errors("verify = { header = \"x\", credential = \"env:S\" }\n"),
        ["an HTTP source needs a map"]
    );
    let with = |verify: &str| errors(&format!("map = \"m.yaml\"\nverify = {{ {verify} }}\n"));
    assert_eq!(with("header = \"x\""), ["there is no `credential`"]);
    assert_eq!(
        with("header = \"x\", field = \"y\", credential = \"env:S\""),
        ["a secret or signature stands in one place"]
    );
    assert_eq!(
        with("header = \"x\", credential = \"env:S\", signed = \"{body}\""),
        ["this is said of a signature alone"]
    );
    assert_eq!(
        with("header = \"x\", hmac = \"md5\", credential = \"env:S\""),
        ["there is no hash of this name"]
    );
    assert_eq!(
        with("header = \"x\", hmac = \"sha256\", signed = \"{t}\", credential = \"env:S\""),
        ["what is signed holds `{body}` once, and may hold `{t}`"]
    );
    let text = "[sources.web]\nkind = \"segment\"\nmap = \"m.yaml\"\n";
    assert!(Config::from_text(text, Path::new("baton.toml")).is_err());
}

#[test]
fn found_d7_an_http_source_is_served_with_its_map_and_secret() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("secret", "the-secret");
    write("map.yaml", "source: web\nbody: { kind: x, id: id, subject: { email: mail } }\n");
    let text = "[sources.web]\nkind = \"http\"\nmap = \"map.yaml\"\nverify = { header = \"x\", credential = \"file:secret\" }\n";
    let config = Config::from_text(text, &folder.path().join("baton.toml")).unwrap();
    let data = folder.path().join("data");
    let serving = config.serving(&data, None).unwrap();
    let source = serving.sources.values().next().unwrap();
    assert!(source.map.is_some() && source.check.is_some());
    // What is wrong with a map is told before anything is served.
    for (map, said) in [
        ("source: web\nfiles: { a.csv: { kind: x } }\n", "no `body`"),
        ("source: web\nbody: { kind: x, id: $..id }\n", "line 2"),
        ("source: web\nbody: { knid: x }\n", "line 2"),
    ] {
        write("map.yaml", map);
        let error = config.serving(&data, None).unwrap_err();
        assert_eq!(error.code(), "map-wrong");
        assert!(error.to_string().contains(said), "{error}");
    }
    write("secret", " ");
    write("map.yaml", "source: web\nbody: { kind: x }\n");
    assert!(config.serving(&data, None).is_err(), "an empty secret proves nothing");
}

#[test]
fn where_the_server_is_reached_is_read_and_what_cannot_be_is_told() {
    let text = "[listen]\npublic_url = \"https://Baton.example.com/\"\n\
                trusted_proxies = [\"10.0.0.5\", \"fd00::/8\"]\n\
                [listen.tls]\ncertificate = \"full.pem\"\nkey = \"/etc/own.key\"\n";
    let listen = read(text).listen;
    assert_eq!(listen.public_url.as_deref(), Some("https://baton.example.com"));
    assert_eq!(listen.trusted_proxies.len(), 2);
    let tls = listen.tls.expect("a certificate");
    assert!(tls.certificate.ends_with("full.pem") && tls.key == Path::new("/etc/own.key"));
    for (wrong, code) in [
        ("public_url = \"http://baton.example.com\"", "config-value"),
        ("public_url = \"https://baton.example.com/path\"", "config-value"),
        ("public_url = \"https://ann@baton.example.com\"", "config-value"),
        ("public_url = \"https://\"", "config-value"),
        ("trusted_proxies = [\"0.0.0.0/0\"]", "config-value"),
        ("trusted_proxies = [\"::/0\"]", "config-value"),
        ("trusted_proxies = [\"proxy.example.com\"]", "config-value"),
        ("tls = { certificate = \"full.pem\" }", "missing-key"),
        ("tls = { certificate = \"full.pem\", key = \"k\", port = 1 }", "unknown-key"),
    ] {
        let text = format!("[listen]\n{wrong}\n");
        let Err(ConfigError::Wrong { diagnostics, .. }) =
            Config::from_text(&text, Path::new("baton.toml"))
        else {
            panic!("{wrong} was read");
        };
        let codes: Vec<_> = diagnostics.list().iter().map(|told| told.code).collect();
        assert_eq!(codes, [code], "{wrong}");
    }
}

#[test]
fn how_people_sign_in_is_read_and_what_would_send_a_secret_in_the_clear_is_told() {
    assert_eq!(read("").sign_in, SignIn::default());
    let provider = |issuer: &str| {
        format!(
            "[sign-in.oidc]\nissuer = \"{issuer}\"\nclient = \"baton\"\n\
             credential = \"env:OIDC_SECRET\"\n"
        )
    };
    let both = read(&provider("https://login.example.com/tenant")).sign_in;
    assert!(both.local);
    let known = both.oidc.expect("a provider");
    assert_eq!((known.client.as_str(), known.trusts_email), ("baton", false));
    let alone = format!("[sign-in]\nlocal = false\n{}", provider("http://localhost:3000"));
    assert!(!read(&alone).sign_in.local);
    for (wrong, code) in [
        (provider("http://login.example.com"), "config-value"),
        (provider("https://me:pass@login.example.com"), "config-value"),
        (provider("login.example.com"), "config-value"),
        ("[sign-in]\nlocal = false\n".to_owned(), "config-value"),
        ("[sign-in]\nlocal = \"no\"\n".to_owned(), "config-value"),
        ("[sign-in]\ntotp = true\n".to_owned(), "unknown-key"),
        (
            "[sign-in.oidc]\nissuer = \"https://x.example\"\nclient = \"b\"\n".to_owned(),
            "missing-key",
        ),
        (provider("https://x.example").replace("env:OIDC_SECRET", "s3cret"), "secret-literal"),
    ] {
        let Err(ConfigError::Wrong { diagnostics, .. }) =
            Config::from_text(&wrong, Path::new("baton.toml"))
        else {
            panic!("{wrong} was read");
        };
        let codes: Vec<_> = diagnostics.list().iter().map(|told| told.code).collect();
        assert_eq!(codes, [code], "{wrong}");
    }
}
