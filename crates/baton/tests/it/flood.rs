//! Memory before permission: those without a key get no room that others need, on any route, however
//! their bodies are packed and however slowly they send.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::json;

use crate::house::{EVENT, Force, House, PATIENCE, call, parse, view};
use crate::kill::{Process, folder_with_a_key, free_address, key_of};

/// Connections without a key at the same time.
const STRANGERS: usize = 200;
/// What the process may grow by under them, in KiB.
const GROWTH_MAX: u64 = 300 * 1024;

const SOURCES: &str = "[sources.web]\nkind = \"segment\"\norigins = [\"https://a.example\"]\n\n\
                       [sources.billing]\nkind = \"webhook\"\ncredential = \"file:secret\"\n";
const SECRET: &str = "whsec_aG9va3MtYXJlLWJlbGlldmVkLWJ5LXNpZ25hdHVyZQ==";

/// A few KiB that unpack to 8 MiB.
fn bomb(coding: &str) -> Vec<u8> {
    let (plain, best) = (vec![b' '; 8 << 20], Compression::best());
    if coding == "gzip" {
        let mut packed = GzEncoder::new(Vec::new(), best);
        packed.write_all(&plain).unwrap();
        packed.finish().unwrap()
    } else {
        let mut packed = ZlibEncoder::new(Vec::new(), best);
        packed.write_all(&plain).unwrap();
        packed.finish().unwrap()
    }
}

/// A server as a process of its own, with a source of browsers and one of webhooks.
fn serve() -> (Process, SocketAddr, tempfile::TempDir) {
    let folder = folder_with_a_key();
    let data = folder.path().join("data");
    let secret = data.join("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&secret, private).unwrap();
    let sources = SOURCES.replace("file:secret", &format!("file:{}", secret.display()));
    std::fs::write(data.join("baton.toml"), sources).unwrap();
    let address = free_address();
    (Process::start(&data, address), address, folder)
}

/// A request without a key, up to its body.
fn head(path: &str, coding: &str, framing: &str) -> String {
    let now = baton::runtime::clock::now().seconds();
    format!(
        "POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\
         Content-Encoding: {coding}\r\nwebhook-id: m1\r\nwebhook-timestamp: {now}\r\n\
         webhook-signature: v1,AAAA\r\n{framing}\r\n\r\n"
    )
}

/// The bytes of a request with a body, as a length or as chunks.
fn request(path: &str, coding: &str, body: &[u8], chunked: bool) -> Vec<u8> {
    if !chunked {
        let head = head(path, coding, &format!("Content-Length: {}", body.len()));
        return [head.as_bytes(), body].concat();
    }
    let mut bytes = head(path, coding, "Transfer-Encoding: chunked").into_bytes();
    for part in body.chunks(1_000) {
        bytes.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

/// Connections that have sent so much of a request each, and stay.
fn crowd(address: SocketAddr, bytes: &[u8]) -> Vec<TcpStream> {
    let connect = |_| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // A server that refuses at once may be gone already, and one that has no room reads no more.
        stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
        let _ = stream.write_all(bytes);
        stream
    };
    (0..STRANGERS).map(connect).collect()
}

/// An honest client beside, who has a key.
fn honest(address: SocketAddr, folder: &tempfile::TempDir, id: &str) {
    let event = view(id, "ada").to_string();
    let bearer = format!("Bearer {}", key_of(folder));
    let headers = [("Authorization", bearer.as_str()), EVENT[1]];
    let reply = call(address, "POST", "/v1/signals", &headers, event.as_bytes());
    assert_eq!(reply.status, 202, "{}", reply.text());
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(call(address, "GET", path, &[], b"").status, 200, "{path}");
    }
}

const ROUTES: [&str; 7] = [
    "/v1/batch",
    "/v1/t",
    "/v1/hooks/billing",
    "/v1/hooks/nobody",
    "/v1/signals",
    "/v1/handoffs/h-0/debrief",
    "/v1/erasures",
];

#[test]
fn found_h1_a_flood_of_bombs_without_a_key_takes_little_memory_on_any_route() {
    let (process, address, folder) = serve();
    honest(address, &folder, "before");
    let before = process.memory_peak();
    for (coding, chunked) in [("gzip", false), ("deflate", true)] {
        let bomb = bomb(coding);
        assert!(bomb.len() < 10_000, "{}", bomb.len());
        for path in ROUTES {
            let bytes = request(path, coding, &bomb, chunked);
            let strangers = crowd(address, &bytes);
            honest(address, &folder, &format!("{coding}-{path}"));
            for mut stranger in strangers {
                let mut answer = Vec::new();
                let _ = stranger.read_to_end(&mut answer);
                let answered = parse(&answer).map(|reply| reply.status);
                assert!(matches!(answered, None | Some(401 | 413 | 429)), "{path}: {answered:?}");
            }
            let growth = process.memory_peak() - before;
            assert!(growth < GROWTH_MAX, "{path}, {coding}: {growth} KiB");
        }
    }
}

#[test]
fn slow_senders_without_a_key_hold_little_memory_and_keep_nobody_out() {
    let (process, address, folder) = serve();
    honest(address, &folder, "before");
    let before = process.memory_peak();
    let (plain, large) = (vec![b' '; 48 * 1024], vec![b' '; 3 << 20]);
    let gzip = bomb("gzip");
    for (path, coding, body) in [
        ("/v1/batch", "identity", &plain[..]),
        ("/v1/hooks/billing", "identity", &plain),
        ("/v1/batch", "identity", &large),
        ("/v1/t", "gzip", &gzip[..800]),
        ("/v1/hooks/billing", "gzip", &gzip[..7_000]),
    ] {
        let promised = head(path, coding, "Content-Length: 8000000").into_bytes();
        let strangers = crowd(address, &[promised.as_slice(), body].concat());
        honest(address, &folder, &format!("{coding}-{path}"));
        // One whose key is in the body needs the same room as they do.
        let page =
            json!({"type": "page", "anonymousId": "c", "messageId": format!("{coding}{path}"),
            "name": "Home", "writeKey": key_of(&folder)})
            .to_string();
        let plain = [("Content-Type", "text/plain")];
        let reply = call(address, "POST", "/v1/p", &plain, page.as_bytes());
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        drop(strangers);
        let growth = process.memory_peak() - before;
        assert!(growth < GROWTH_MAX, "{path}, {coding}: {growth} KiB");
    }
    let metrics = call(address, "GET", "/metrics", &[], b"").text();
    let held =
        metrics.lines().find_map(|line| line.strip_prefix("baton_stranger_body_bytes_peak "));
    let held: u64 = held.unwrap().parse().unwrap();
    assert!((1..=12 << 20).contains(&held), "one peer has half of the room: {held}");
}

/// Asks on every route with a key that nobody has, and without one, and sends no byte of a body.
#[test]
fn found_h1_who_has_no_key_is_told_before_a_byte_of_the_body() {
    let house = House::with(Force::Nothing, |config| config.sources.clear());
    let described = house.get("/openapi.json").json();
    let posts =
        described["paths"].as_object().unwrap().iter().filter(|(_, on)| !on["post"].is_null());
    let mut asked = 0;
    for (path, _) in posts.filter(|(path, _)| *path != "/v1/hooks/{source}") {
        let path = path.replace("{id}", "h-0");
        for key in ["", "Authorization: Bearer nobody\r\n", "Authorization: Basic bm9ib2R5Og==\r\n"]
        {
            let mut stream = TcpStream::connect(house.address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let head = head(&path, "gzip", &format!("{key}Content-Length: 1000"));
            stream.write_all(head.as_bytes()).unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(&answer, b"HTTP/1.1 401", "{path}");
            asked += 1;
        }
    }
    assert!(asked >= 60, "{asked}");
}

fn late(padding: usize) -> String {
    let filler = "a".repeat(padding);
    json!({"aaa": filler, "batch": [{"type": "page", "anonymousId": "c", "messageId": "m",
        "name": "Home"}], "writeKey": "key-ingest"})
    .to_string()
}

#[test]
fn found_h1_a_key_in_the_body_stands_at_its_beginning() {
    let house = House::open();
    let pack = |body: &str| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(body.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let json = ("Content-Type", "application/json");
    let gzip = ("Content-Encoding", "gzip");
    let body = late(70_000);
    assert_eq!(house.post("/v1/batch", &[json], body.as_bytes()).problem(413), "key-late");
    assert_eq!(house.post("/v1/batch", &[json, gzip], &pack(&body)).problem(413), "key-late");
    let bomb = bomb("gzip");
    assert_eq!(house.post("/v1/t", &[json, gzip], &bomb).problem(413), "key-late");
    // As a header it may be as late as it likes, and at the beginning the rest may be large.
    let key = ("Authorization", "Bearer key-ingest");
    assert_eq!(house.post("/v1/batch", &[json, key], body.as_bytes()).status, 200);
    let begins = format!("{{\"writeKey\":\"key-ingest\",{}", &late(200_000)[1..]);
    let begins = begins.replace(",\"writeKey\":\"key-ingest\"}", "}");
    let reply = house.post("/v1/batch", &[json], begins.as_bytes());
    assert_eq!((reply.status, &reply.json()["duplicates"]), (200, &1.into()), "{}", reply.text());
    assert_eq!(house.post("/v1/batch", &[json, gzip], &pack(&begins)).status, 200);
    assert_eq!(house.post("/v1/batch", &[json, gzip], &pack(&late(60_000))).status, 200);
    // A small body without a key is one without a key.
    assert_eq!(house.post("/v1/batch", &[json], b"{\"batch\":[]}").problem(401), "key-needed");
    assert_eq!(house.post("/v1/batch", &[json, gzip], &pack("{}")).problem(401), "key-needed");
}

/// What has come is enough to say; the rest never comes.
#[test]
fn found_h1_a_slow_body_is_told_of_its_key_as_soon_as_that_is_known() {
    let house = House::with(Force::Strategy, |config| {
        config.timeouts.body = 10 * PATIENCE;
    });
    let padding = |n: usize| format!("{{\"aaa\":\"{}\"", "a".repeat(n));
    let wrong =
        |n: usize| format!("{},\"writeKey\":\"nobody\",\"batch\":[", padding(n)).into_bytes();
    let flate = |text: &str| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(text.as_bytes()).unwrap();
        packed.flush().unwrap();
        packed.get_ref().clone()
    };
    let cases: [(&str, &str, Vec<Vec<u8>>, &str); 6] = [
        ("wrong at once", "identity", vec![wrong(10)], "401"),
        ("wrong behind the first look", "identity", vec![wrong(1_100)], "401"),
        (
            "wrong in the third part",
            "identity",
            vec![wrong(900)[..500].into(), wrong(900)[500..905].into(), wrong(900)[905..].into()],
            "401",
        ),
        (
            "wrong and packed",
            "gzip",
            vec![flate(std::str::from_utf8(&wrong(3_000)).unwrap())],
            "401",
        ),
        ("late", "identity", vec![padding(66_000).into_bytes()], "413"),
        ("late and packed", "gzip", vec![flate(&padding(70_000))], "413"),
    ];
    for (what, coding, parts, status) in cases {
        let mut stream = TcpStream::connect(house.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(head("/v1/batch", coding, "Content-Length: 200000").as_bytes()).unwrap();
        for part in parts {
            stream.write_all(&part).unwrap();
            // Nothing rests on how long it is: the parts may come together.
            std::thread::yield_now();
        }
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(std::str::from_utf8(&answer).unwrap(), format!("HTTP/1.1 {status}"), "{what}");
    }
}

#[test]
fn a_small_body_is_bounded_where_it_is_small() {
    let house = House::open();
    let key = ("Authorization", "Bearer key-admin");
    let json = ("Content-Type", "application/json");
    let gzip = ("Content-Encoding", "gzip");
    for path in ["/v1/handoffs/h-0/debrief", "/v1/erasures", "/v1/quarantine/q-0/repair"] {
        let large = format!("{{\"note\":\"{}\"}}", "a".repeat(300 * 1024));
        let reply = house.post(path, &[key, json], large.as_bytes());
        assert_eq!(reply.problem(413), "body-too-large", "{path}");
        assert!(reply.text().contains("256 KiB"), "{}", reply.text());
        assert_eq!(
            house.post(path, &[key, json, gzip], &bomb("gzip")).problem(413),
            "body-too-large"
        );
    }
}

#[test]
fn found_h1_values_that_take_many_times_their_bytes_are_bounded_too() {
    let house = House::open();
    let key = ("Authorization", "Bearer key-ingest");
    let lines = ("Content-Type", "application/x-ndjson");
    // Forty items of two hundred kilobytes, of which each is a list of a hundred thousand numbers.
    let item = format!("{{\"data\":[1{}]}}\n", ",1".repeat(100_000));
    let body = item.repeat(40);
    let reply = house.post("/v1/signals", &[key, lines], body.as_bytes());
    assert_eq!(reply.problem(413), "body-too-large");
    // As many bytes of text are nothing special.
    let item = format!("{{\"data\":\"{}\"}}\n", "1".repeat(200_000));
    let reply = house.post("/v1/signals", &[key, lines], item.repeat(40).as_bytes());
    assert_eq!(reply.status, 202, "{}", reply.text());
    let metrics = call(house.address, "GET", "/metrics", &[], b"").text();
    let held = metrics.lines().find_map(|line| line.strip_prefix("baton_body_bytes "));
    assert_eq!(held, Some("0"), "all room is given back");
}
