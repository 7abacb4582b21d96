//! Files that are uploaded and imported: by the form of a page as by the API, looked at first, sealed meanwhile.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::house::{House, Reply, call, parse, raw};
use crate::sign_in::{Browser, demo};

const FILE: &str = "Email,First Name,Last Name,Lead Status,Create Date\n\
    ada@ada-works.example,Ada,Stone,NEW,2026-11-20 09:00\n\
    ben@ben-works.example,Ben,Hill,NEW,2026-11-20 10:00\n\
    cleo@cleo-works.example,Cleo,Marsh,NEW,2026-11-20 11:00,one,too many\n";
const JSON: [(&str, &str); 2] =
    [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];

/// Posts a form with a file as a browser does.
fn upload(
    house: &House,
    browser: &mut Browser,
    token: &str,
    map: &str,
    file: (&str, &str),
) -> Reply {
    let (name, content) = file;
    let body = format!(
        "--baton\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n\
         --baton\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n{content}\r\n\
         --baton\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{map}\r\n--baton--\r\n"
    );
    let head = format!(
        "POST /imports HTTP/1.1\r\nConnection: close\r\nAccept: text/html\r\nHost: {}\r\n\
         Sec-Fetch-Site: same-origin\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary=baton\r\nContent-Length: {}\r\n\r\n",
        house.address,
        browser.cookie().unwrap_or_default(),
        body.len()
    );
    parse(&raw(house.address, format!("{head}{body}").as_bytes())).unwrap()
}

/// Whether a file of the data folder has these bytes somewhere.
fn holds(house: &House, bytes: &[u8]) -> bool {
    let files = fs::read_dir(house.folder.path().join("data")).unwrap();
    let files = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
    files
        .map(|path| fs::read(path).unwrap())
        .any(|content| content.windows(bytes.len()).any(|part| part == bytes))
}

fn announce(house: &House, name: &str, content: &[u8], sha256: &str) -> Value {
    let body = json!({ "file": name, "map": "hubspot-contacts", "bytes": content.len(), "sha256": sha256 });
    let reply = house.post("/v1/imports", &JSON, body.to_string().as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn put(house: &House, import: &str, number: u32, part: &[u8]) -> Reply {
    let headers = [JSON[0], ("Content-Type", "application/octet-stream")];
    call(house.address, "PUT", &format!("/v1/imports/{import}/parts/{number}"), &headers, part)
}

fn hex(content: &[u8]) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(content) {
        write!(digits, "{byte:02x}").unwrap();
    }
    digits
}

fn ended(house: &House, import: &str) -> Value {
    house.until("the import to end", |house| {
        let told = house.get(&format!("/v1/imports/{import}")).json();
        told["progress"]["ended"].is_string().then_some(told)
    })
}

#[test]
fn a_file_is_uploaded_looked_at_and_imported_from_the_page() {
    let house = demo();
    let mut revops = Browser::signed_in(&house, "revops");
    let token = revops.form_token();
    let empty = revops.open("/imports").text();
    assert!(
        empty.contains("Nothing was imported yet") && empty.contains("hubspot-contacts"),
        "{empty}"
    );

    let sent = upload(&house, &mut revops, &token, "", ("hubspot-contacts.csv", FILE));
    assert_eq!(sent.status, 303, "{}", sent.text());
    let at = sent.header("location").unwrap().to_owned();
    let look = revops.open(&at).text();
    assert!(look.contains("ada@ada-works.example") && look.contains("hubspot-contacts"), "{look}");
    assert!(look.contains("Import 3 rows"), "{look}");
    assert!(look.contains("held: "), "what would be held is told: {look}");
    assert!(!holds(&house, b"ada-works.example"), "the file lies in clear");
    let records = house.get_as("audit", "/v1/imports").status;
    assert_eq!(records, 403, "imports are for who imports");
    let listed = revops.open("/imports").text();
    assert!(
        listed.contains("uploaded, not imported") && listed.contains("1 file was uploaded"),
        "{listed}"
    );

    let started = revops.post(&format!("{at}/start"), &format!("csrf={token}"));
    assert_eq!(started.status, 303, "{}", started.text());
    let import = at.trim_start_matches("/imports/").to_owned();
    let told = ended(&house, &import);
    assert_eq!(
        (&told["read"], &told["accepted"], &told["quarantined"]),
        (&json!(3), &json!(2), &json!(1)),
        "{told}"
    );
    assert!(told["by"].as_str().unwrap().starts_with("u-"), "{told}");
    assert_eq!(told["upload"], Value::Null, "the file is gone with its key");
    let done = revops.open(&at).text();
    assert!(done.contains("complete") && done.contains("What it caused"), "{done}");
    assert!(!done.contains("data-follow") && !done.contains("Import 3 rows"), "{done}");

    // The same file again is the same import, and all of it is known.
    let again =
        upload(&house, &mut revops, &token, "hubspot-contacts", ("hubspot-contacts.csv", FILE));
    assert_eq!(again.header("location"), Some(at.as_str()));
    assert!(revops.open(&at).text().contains("Go on"));
    revops.post(&format!("{at}/start"), &format!("csrf={token}"));
    let told = house.until("the second run", |house| {
        let told = house.get(&format!("/v1/imports/{import}")).json();
        let ended = told["runs"] == 2 && told["progress"]["ended"].is_string();
        (ended && told["state"] == "complete").then_some(told)
    });
    assert_eq!((&told["accepted"], &told["duplicates"]), (&json!(2), &json!(3)), "{told}");

    // It is taken back from its page, once the page has shown what that comes to.
    assert!(revops.open(&at).text().contains("Take back…"));
    let look = revops.open(&format!("{at}/undo")).text();
    assert!(look.contains("Nothing has changed yet"), "{look}");
    assert!(look.contains("<dt>Signals that count no more</dt><dd>2</dd>"), "{look}");
    let state = || house.get(&format!("/v1/imports/{import}")).json()["state"].clone();
    assert_eq!(state(), "complete");
    let done = revops.post(&format!("{at}/undo"), &format!("csrf={token}"));
    assert_eq!(done.header("location"), Some(at.as_str()), "{}", done.text());
    assert_eq!(state(), "undone");
    let receipt = revops.open(&at).text();
    assert!(receipt.contains("What stayed") && !receipt.contains("Take back…"), "{receipt}");
    let over = revops.post(&format!("{at}/undo"), &format!("csrf={token}"));
    assert_eq!(over.status, 409, "{}", over.text());
    let again = upload(&house, &mut revops, &token, "", ("hubspot-contacts.csv", FILE));
    assert_ne!(again.header("location"), Some(at.as_str()), "the same rows are another import");
}

#[test]
fn a_file_that_no_map_reads_is_refused_with_what_helps() {
    let house = demo();
    let mut revops = Browser::signed_in(&house, "revops");
    let token = revops.form_token();
    let unread = upload(&house, &mut revops, &token, "", ("notes.csv", "a,b\n1,2\n"));
    assert_eq!(unread.status, 422, "{}", unread.text());
    assert!(unread.text().contains("No map reads a file"), "{}", unread.text());
    let header =
        upload(&house, &mut revops, &token, "pipedrive", ("people.csv", "<script>,b\n1,2\n"));
    assert_eq!(header.status, 422, "{}", header.text());
    assert!(header.text().contains("The file was not taken"), "{}", header.text());
    assert!(!header.text().contains("<script>,"), "{}", header.text());
    let none = upload(&house, &mut revops, &token, "", ("", ""));
    assert!(none.text().contains("No file was chosen"), "{}", none.text());
    assert_eq!(upload(&house, &mut revops, "another", "", ("a.csv", FILE)).status, 403);
    // A map that was guessed wrong is changed on the page, and a file that is not wanted is discarded.
    let sent = upload(&house, &mut revops, &token, "", ("hubspot-contacts.csv", FILE));
    let at = sent.header("location").unwrap().to_owned();
    let moved = revops.post(&format!("{at}/map"), &format!("csrf={token}&map=zoho"));
    let other = moved.header("location").unwrap().to_owned();
    assert_ne!(other, at, "the same file by another map is another import");
    assert_eq!(revops.open(&at).status, 404);
    let look = revops.open(&other).text();
    assert!(look.contains("Read by the map zoho") && look.contains("lead_status"), "{look}");
    let gone = revops.post(&format!("{other}/discard"), &format!("csrf={token}&version=0"));
    assert_eq!(gone.header("location"), Some("/imports"));
    assert_eq!(revops.open(&other).status, 404);
    assert!(revops.open("/imports").text().contains("Nothing was imported yet"));
}

#[test]
fn parts_are_sent_in_any_order_survive_a_start_and_must_be_the_announced_file() {
    let house = demo();
    let mut file = FILE.to_owned();
    while file.len() <= 4 << 20 {
        let row = file.len();
        writeln!(file, "row{row}@works{row}.example,Row,{row},NEW,2026-11-20 12:00").unwrap();
    }
    let file = file.as_bytes();
    let (first, second) = file.split_at(4 << 20);
    let announced = announce(&house, "hubspot-contacts.csv", file, &hex(file));
    assert_eq!(
        (&announced["parts"], &announced["missing"]),
        (&json!(2), &json!([1, 2])),
        "{announced}"
    );
    let import = announced["import"].as_str().unwrap().to_owned();
    assert_eq!(put(&house, &import, 2, first).problem(422), "upload-unfit");
    assert_eq!(put(&house, &import, 2, second).status, 200);
    let early = house.post(&format!("/v1/imports/{import}/start"), &JSON, b"");
    assert_eq!(early.problem(409), "upload-unfit");
    assert_eq!(house.get(&format!("/v1/imports/{import}/dry-run")).problem(409), "upload-unfit");

    let house = house.again(|config| config.demo = Some(crate::sign_in::visitors()));
    let known = announce(&house, "hubspot-contacts.csv", file, &hex(file));
    assert_eq!(known["missing"], json!([1]), "{known}");
    assert_eq!(put(&house, &import, 1, first).json()["state"], "uploaded");
    let look = house.get(&format!("/v1/imports/{import}/dry-run?rows=2")).json();
    assert_eq!(look["rows"].as_array().unwrap().len(), 2, "{look}");
    assert_eq!((&look["counts"]["read"], &look["counts"]["more"]), (&json!(20_000), &json!(true)));

    // What is not what was announced is imported by nobody.
    let small = FILE.as_bytes();
    let other = announce(&house, "hubspot-contacts.csv", small, &hex(file))["import"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(other, import, "it would be the same import");
    let wrong = announce(&house, "hubspot-contacts-2.csv", small, &hex(b"something else"));
    let wrong = wrong["import"].as_str().unwrap().to_owned();
    assert_eq!(put(&house, &wrong, 1, small).status, 200);
    assert_eq!(house.post(&format!("/v1/imports/{wrong}/start"), &JSON, b"").status, 202);
    let told = ended(&house, &wrong);
    assert_eq!(told["progress"]["failed"], "upload-unfit", "{told}");
    let discarded = house.post(&format!("/v1/imports/{wrong}/discard"), &JSON, b"");
    assert_eq!(discarded.status, 204, "{}", discarded.text());
    assert_eq!(house.get(&format!("/v1/imports/{wrong}")).problem(404), "import-missing");
}

#[test]
fn nobody_else_sees_or_does_any_of_it() {
    let house = demo();
    let mut revops = Browser::signed_in(&house, "revops");
    let token = revops.form_token();
    let sent = upload(&house, &mut revops, &token, "", ("hubspot-contacts.csv", FILE));
    let at = sent.header("location").unwrap().to_owned();
    for role in ["rep", "manager", "marketer", "leader", "auditor", "admin"] {
        let mut reader = Browser::signed_in(&house, role);
        let own = reader.form_token();
        assert_eq!(reader.open("/imports").status, 404, "{role}");
        assert_eq!(reader.open(&at).status, 404, "{role}");
        assert_eq!(
            upload(&house, &mut reader, &own, "", ("hubspot-contacts.csv", FILE)).status,
            404,
            "{role}"
        );
        for verb in ["start", "stop", "discard", "map"] {
            assert_eq!(
                reader.post(&format!("{at}/{verb}"), &format!("csrf={own}")).status,
                404,
                "{role} {verb}"
            );
        }
    }
    assert!(revops.open(&at).text().contains("Import 3 rows"), "and it is still there");
}
