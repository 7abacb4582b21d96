//! Bad input over HTTP, one test an id of the catalogue, and what every answer carries.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use crate::house::{EVENT, Force, House, call, parse, quote, raw, view};

const KEY: (&str, &str) = ("Authorization", "Bearer key-ingest");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// How many signals are known to the server.
fn accepted(house: &House) -> u64 {
    let text = house.get("/metrics").text();
    let line = text.lines().find(|line| line.starts_with("baton_signals_accepted_total"));
    line.unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn h1_a_body_one_byte_over_the_limit_is_refused_before_it_is_read() {
    let house = House::open();
    let head = format!(
        "POST /v1/signals HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer key-ingest\r\n\
         Content-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n",
        house.address,
        (8 << 20) + 1
    );
    // Not a byte of the body is sent, and the answer comes all the same.
    let answer = parse(&raw(house.address, head.as_bytes())).unwrap();
    assert_eq!(answer.problem(413), "body-too-large");

    // Without a length it is refused as it grows.
    let mut stream = TcpStream::connect(house.address).unwrap();
    let head =
        head.replace(&format!("Content-Length: {}", (8 << 20) + 1), "Transfer-Encoding: chunked");
    stream.write_all(head.as_bytes()).unwrap();
    let part = vec![b' '; 1 << 20];
    for _ in 0..9 {
        let size = format!("{:x}\r\n", part.len());
        let sent = stream
            .write_all(size.as_bytes())
            .and_then(|()| stream.write_all(&part))
            .and_then(|()| stream.write_all(b"\r\n"));
        if sent.is_err() {
            break;
        }
    }
    let _ = stream.write_all(b"0\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert_eq!(parse(&answer).unwrap().problem(413), "body-too-large");
    assert_eq!(accepted(&house), 0);
}

#[test]
fn h2_a_length_that_is_not_the_bodys_takes_nothing_in() {
    let house = House::open();
    let event = quote("ada").to_string();
    let request = |length: usize| {
        format!(
            "POST /v1/signals HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer key-ingest\r\n\
             Content-Type: application/cloudevents+json\r\nContent-Length: {length}\r\n\r\n{event}"
        )
    };
    // Too short: what is left over is no request.
    let answer = parse(&raw(house.address, request(event.len() - 10).as_bytes())).unwrap();
    assert_eq!(answer.problem(400), "body-unreadable");
    // Too long: the body ends early.
    let mut stream = TcpStream::connect(house.address).unwrap();
    stream.write_all(request(event.len() + 10).as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(parse(&answer).is_none_or(|answer| answer.status == 400));
    // Two lengths, and none that is a number.
    for lengths in ["1\r\nContent-Length: 2", "-1", "0x10", "1, 1", "99999999999999999999"] {
        let request =
            request(1).replace("Content-Length: 1", &format!("Content-Length: {lengths}"));
        let answer = parse(&raw(house.address, request.as_bytes())).unwrap();
        assert_eq!(answer.status, 400, "{lengths}");
    }
    assert_eq!(accepted(&house), 0);
}

#[test]
fn h3_length_and_chunks_together_smuggle_nothing() {
    let house = House::open();
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n";
    for headers in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked\r\nTransfer-Encoding: chunked",
    ] {
        let request = format!(
            "POST /v1/signals HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer key-ingest\r\n\
             Content-Type: application/x-ndjson\r\n{headers}\r\n\r\n0\r\n\r\n{smuggled}"
        );
        let answer = String::from_utf8(raw(house.address, request.as_bytes())).unwrap();
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers}: {answer}");
        assert!(!answer.contains("\"there\""), "{headers}: {answer}");
    }
}

#[test]
fn h4_hosts_that_two_readers_would_understand_differently_are_refused() {
    let house = House::open();
    for (request, code) in [
        ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "header-twice"),
        ("GET http://other.example/healthz HTTP/1.1\r\nHost: a\r\n\r\n", "target-unfit"),
        ("GET /healthz HTTP/1.1\r\n\r\n", "host-unfit"),
        ("GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", "host-unfit"),
        ("GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n", "host-unfit"),
        ("GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", "host-unfit"),
        ("GET /healthz HTTP/1.1\r\nHost: a:port\r\n\r\n", "host-unfit"),
        ("GET /healthz HTTP/1.1\r\nHost: a:1:2\r\n\r\n", "host-unfit"),
    ] {
        let answer = parse(&raw(house.address, request.as_bytes())).unwrap();
        assert_eq!(answer.problem(400), code, "{request}");
    }
    for host in ["localhost", "127.0.0.1:8080", "[::1]:8080", "baton.acme.example"] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(parse(&raw(house.address, request.as_bytes())).unwrap().status, 200, "{host}");
    }
}

#[test]
fn h5_a_head_that_drips_is_cut_off_and_a_body_too() {
    let house = House::with(Force::Nothing, |config| {
        config.timeouts.head = Duration::from_millis(300);
        config.timeouts.body = Duration::from_millis(300);
    });
    let mut stream = TcpStream::connect(house.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHo").unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(parse(&answer).is_none_or(|answer| answer.status == 408));

    let mut stream = TcpStream::connect(house.address).unwrap();
    stream
        .write_all(
            b"POST /v1/signals HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer key-ingest\r\n\
              Content-Type: application/x-ndjson\r\nContent-Length: 100\r\n\r\n{",
        )
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(parse(&answer).unwrap().problem(408), "body-slow");
}

#[test]
fn h6_too_many_headers_or_too_large_ones_are_refused() {
    let house = House::open();
    let many: String = "x-y: 1\r\n".repeat(10_000);
    let large = format!("x-large: {}\r\n", "a".repeat(64 * 1024));
    for headers in [many, large] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: h\r\n{headers}\r\n");
        let answer = parse(&raw(house.address, request.as_bytes())).unwrap();
        assert_eq!(answer.problem(431), "head-too-large");
    }
    assert_eq!(house.get("/healthz").status, 200);
}

#[test]
fn h7_a_bomb_is_not_unpacked() {
    let house = House::open();
    let headers =
        |coding| [KEY, ("Content-Type", "application/x-ndjson"), ("Content-Encoding", coding)];
    let bomb = gzip(&vec![b' '; 64 << 20]);
    assert!(bomb.len() < 100_000);
    assert_eq!(house.post("/v1/signals", &headers("gzip"), &bomb).problem(413), "body-too-large");
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(&vec![b' '; 64 << 20]).unwrap();
    let bomb = zlib.finish().unwrap();
    assert_eq!(
        house.post("/v1/signals", &headers("deflate"), &bomb).problem(413),
        "body-too-large"
    );

    let nested = gzip(&gzip(quote("ada").to_string().as_bytes()));
    for coding in ["gzip, gzip", "gzip,deflate"] {
        let reply = house.post("/v1/signals", &headers(coding), &nested);
        assert_eq!(reply.problem(415), "coding-unknown");
    }
    // Unpacked once, what is inside is no JSON, and a line that is none is kept apart.
    let reply = house.post(
        "/v1/signals",
        &[KEY, ("Content-Type", "application/cloudevents+json"), ("Content-Encoding", "gzip")],
        &nested,
    );
    assert_eq!(reply.problem(400), "body-unreadable");
    let torn = &gzip(b"{}")[..12];
    assert_eq!(house.post("/v1/signals", &headers("gzip"), torn).problem(400), "coding-broken");
    assert_eq!(accepted(&house), 0);
}

#[test]
fn packed_bodies_are_taken_in() {
    let house = House::open();
    let (one, other, third) = (quote("ada"), quote("ben"), quote("cyd"));
    let reply = |coding, bytes: &[u8]| {
        let headers =
            [KEY, ("Content-Type", "application/cloudevents+json"), ("Content-Encoding", coding)];
        house.post("/v1/signals", &headers, bytes)
    };
    assert_eq!(reply("gzip", &gzip(one.to_string().as_bytes())).json()["accepted"], 1);
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(other.to_string().as_bytes()).unwrap();
    assert_eq!(reply("deflate", &zlib.finish().unwrap()).json()["accepted"], 1);
    let mut plain = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
    plain.write_all(third.to_string().as_bytes()).unwrap();
    assert_eq!(reply("deflate", &plain.finish().unwrap()).json()["accepted"], 1);
}

#[test]
fn h7_a_gzip_of_a_great_many_members_is_not_unpacked() {
    let house = House::open();
    let empty = gzip(b"");
    let headers = [EVENT[0], EVENT[1], ("Content-Encoding", "gzip")];
    let many = empty.repeat((8 << 20) / empty.len());
    assert_eq!(house.post("/v1/signals", &headers, &many).problem(400), "coding-broken");
    let event = quote("ada").to_string();
    let (first, second) = event.split_at(event.len() / 2);
    let two = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    assert_eq!(house.post("/v1/signals", &headers, &two).status, 202);
}

#[test]
fn h8_an_unknown_coding_is_refused() {
    let house = House::open();
    for coding in ["br", "zstd", "compress", "gzip;q=1", "x"] {
        let headers = [KEY, ("Content-Type", "application/x-ndjson"), ("Content-Encoding", coding)];
        let reply = house.post("/v1/signals", &headers, b"{}");
        assert_eq!(reply.problem(415), "coding-unknown", "{coding}");
        assert_eq!(reply.header("accept-encoding"), Some("gzip, deflate"));
    }
}

#[test]
fn h9_plain_text_is_refused_but_where_it_is_known() {
    let house = House::open();
    let event = quote("ada").to_string();
    for kind in ["text/plain", "application/json", "", "multipart/form-data"] {
        let reply = house.post("/v1/signals", &[KEY, ("Content-Type", kind)], event.as_bytes());
        assert_eq!(reply.problem(415), "type-unknown", "{kind}");
    }
    let binary = [
        KEY,
        ("Content-Type", "text/plain"),
        ("ce-specversion", "1.0"),
        ("ce-id", "binary-1"),
        ("ce-source", "forms"),
        ("ce-type", "form.quote"),
    ];
    let reply = house.post("/v1/signals", &binary, br#"{"email":"ada@ada-works.example"}"#);
    assert_eq!(reply.status, 202, "{}", reply.text());
    assert_eq!(reply.json()["accepted"], 1);
    let track = br#"{"userId":"u-1","event":"Signed Up","messageId":"m-1"}"#;
    let reply = house.post("/v1/track", &[KEY, ("Content-Type", "text/plain")], track);
    assert_eq!((reply.status, &reply.json()["accepted"]), (200, &1.into()));
}

#[test]
fn h10_headers_that_would_change_the_method_are_ignored() {
    let house = House::open();
    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let headers = [("Authorization", "Bearer key-admin"), (name, "POST")];
        let reply = call(house.address, "GET", "/v1/handoffs?_method=POST", &headers, b"");
        assert_eq!(reply.problem(400), "query-unknown");
        let reply = call(house.address, "GET", "/v1/signals", &headers, b"");
        assert_eq!(reply.problem(405), "method-unfit");
        let reply = call(house.address, "GET", "/v1/handoffs", &headers, b"");
        assert_eq!(reply.status, 200, "{name}");
    }
}

#[test]
fn h11_paths_have_one_spelling() {
    let house = House::open();
    for path in [
        "//healthz",
        "/v1//handoffs",
        "/v1/%2e%2e/healthz",
        "/v1/../healthz",
        "/./healthz",
        "/healthz%00",
        "/healthz%0d%0aX-Y:z",
        "/%c0%afhealthz",
        "/v1/handoffs/%2fetc",
        "/v1\\handoffs",
        "/v1/handoffs;x=1",
    ] {
        assert_eq!(house.get(path).problem(400), "path-unfit", "{path}");
    }
    assert_eq!(house.get("/HEALTHZ").problem(404), "route-missing");
    assert_eq!(house.get("/healthz/").problem(404), "route-missing");
    let bytes =
        [b"GET /\xc0\xaf HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".as_slice()].concat();
    assert_eq!(parse(&raw(house.address, &bytes)).unwrap().status, 400);
}

#[test]
fn h12_a_query_parameter_stands_once_and_is_known() {
    let house = House::open();
    for query in ["?state=offered&state=held", "?limit=1&limit=1", "?limit=1&LIMIT=2"] {
        assert_eq!(house.get(&format!("/v1/handoffs{query}")).problem(400), "query-twice");
    }
    assert_eq!(house.get("/v1/handoffs?tenant=a&tenant=b").problem(400), "query-twice");
    assert_eq!(house.get("/v1/handoffs?tenant=a").problem(400), "query-unknown");
    for query in ["?limit=0", "?limit=201", "?limit=-1", "?limit=x", "?state=nowhere", "?cursor=x"]
    {
        assert_eq!(house.get(&format!("/v1/handoffs{query}")).problem(400), "query-unfit");
    }
    assert_eq!(house.get("/v1/handoffs?limit=200").status, 200);
}

#[test]
fn h13_only_http_1_1_is_spoken() {
    let house = House::open();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let answer = parse(&raw(house.address, preface));
    assert!(answer.is_none_or(|answer| answer.status >= 400));
    let old = b"GET /healthz HTTP/1.0\r\nHost: h\r\n\r\n";
    let answer = String::from_utf8(raw(house.address, old)).unwrap();
    assert!(answer.contains(" 505 "), "{answer}");
    let upgrade =
        b"GET /healthz HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n";
    assert_eq!(parse(&raw(house.address, upgrade)).unwrap().problem(400), "header-unfit");
}

#[test]
fn h14_line_ends_in_what_is_echoed_make_no_header() {
    let house = House::open();
    for path in ["/v1/handoffs?owner=a%0d%0aset-cookie:%20x", "/v1/handoffs?cursor=%0d%0aX-A:b"] {
        let reply = house.get(path);
        assert_eq!(reply.problem(400), "query-unfit");
        assert!(reply.header("set-cookie").is_none() && reply.header("x-a").is_none());
    }
    let origin = "OPTIONS /v1/t HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
                  Origin: https://www.acme.example\rSet-Cookie: x\r\n\r\n";
    let answer = String::from_utf8(raw(house.address, origin.as_bytes())).unwrap();
    assert!(!answer.to_lowercase().contains("set-cookie"), "{answer}");
    let reply = house.event(
        "",
        &serde_json::json!({"specversion": "1.0", "id": "a\r\nX-B: c", "source": "s", "type": "t"}),
    );
    assert_eq!(reply.json()["quarantined"], 1);
    assert!(reply.header("x-b").is_none());
}

#[test]
fn h15_ranges_and_conditions_that_make_no_sense_change_nothing() {
    let house = House::open();
    for (name, value) in [
        ("Range", "bytes=9-1,-,,99999999999999999999-"),
        ("If-None-Match", "W/\"\"\",,*,\"x"),
        ("If-Modified-Since", "yesterday"),
        ("If-Range", "\"x\""),
        ("Expect", "the unexpected"),
    ] {
        let headers = [("Authorization", "Bearer key-admin"), (name, value)];
        let reply = call(house.address, "GET", "/v1/handoffs", &headers, b"");
        assert_eq!(reply.status, 200, "{name}");
    }
}

#[test]
fn h16_ids_that_are_none_are_not_found() {
    let house = House::open();
    let long = "a".repeat(7_000);
    let ids = [
        "0",
        "-1",
        "9223372036854775808",
        "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "00000000-0000-0000-0000-000000000000",
        "h-",
        "h-ilou000000000000",
        "h-0000000000000000",
        &long,
    ];
    for id in ids {
        assert_eq!(house.get(&format!("/v1/handoffs/{id}")).problem(404), "handoff-missing");
        assert_eq!(house.get(&format!("/v1/accounts/{id}")).problem(404), "account-missing");
        let path = format!("/v1/quarantine/{id}/discard");
        let reply = house.post(&path, &[("Authorization", "Bearer key-admin")], b"");
        assert_eq!(reply.problem(404), "entry-missing");
    }
    let longer = "a".repeat(10_000);
    assert_eq!(house.get(&format!("/v1/handoffs/{longer}")).problem(414), "target-too-long");
}

#[test]
fn a4_a_key_in_an_address_is_refused() {
    let house = House::open();
    for name in ["key", "api_key", "api-key", "access_token", "token", "writeKey", "Authorization"]
    {
        let reply = house.get(&format!("/v1/handoffs?{name}=key-admin"));
        assert_eq!(reply.problem(400), "key-in-query", "{name}");
        assert!(!reply.text().contains("key-admin"));
    }
}

#[test]
fn a1_whoever_may_not_ask_learns_nothing() {
    let house = House::open();
    let unknown = |value: &str| {
        let reply = call(house.address, "GET", "/v1/handoffs", &[("Authorization", value)], b"");
        assert_eq!(reply.status, 401, "{value}");
        assert!(reply.header("www-authenticate").is_some());
        reply.text()
    };
    assert_eq!(unknown("Bearer nobody"), unknown("Bearer key-admin2"));
    for value in ["Bearer", "Basic !!!", "Digest x", "Bearer  "] {
        unknown(value);
    }
    assert_eq!(call(house.address, "GET", "/v1/handoffs", &[], b"").problem(401), "key-needed");
    for (key, path, expected) in [
        ("key-ingest", "/v1/handoffs", 403),
        ("key-read", "/v1/handoffs", 200),
        ("key-work", "/v1/handoffs", 200),
        ("key-read", "/v1/quarantine", 403),
        ("key-work", "/v1/quarantine", 403),
        ("key-revops", "/v1/quarantine", 200),
        ("key-audit", "/v1/handoffs", 200),
    ] {
        let bearer = format!("Bearer {key}");
        let reply = call(house.address, "GET", path, &[("Authorization", &bearer)], b"");
        assert_eq!(reply.status, expected, "{key} {path}");
    }
    // Basic with the key as user.
    let basic = base64::engine::general_purpose::STANDARD.encode("key-read:");
    let basic = format!("Basic {basic}");
    let reply = call(house.address, "GET", "/v1/handoffs", &[("Authorization", &basic)], b"");
    assert_eq!(reply.status, 200);
    for open in ["/healthz", "/readyz", "/openapi.json", "/metrics"] {
        assert_eq!(call(house.address, "GET", open, &[], b"").status, 200, "{open}");
    }
}

#[test]
fn what_is_no_http_is_answered_with_a_problem() {
    let house = House::open();
    let get = |rest: &str| format!("GET {rest}\r\n\r\n").into_bytes();
    let large = "x".repeat(64 << 10);
    for (bytes, status, code) in [
        (get("/healthz"), 400, "head-unreadable"),
        (get(" /healthz HTTP/1.1\r\nHost: h"), 400, "head-unreadable"),
        (get("/a b HTTP/1.1\r\nHost: h"), 400, "head-unreadable"),
        (b"GET /\xe9 HTTP/1.1\r\nHost: h\r\n\r\n".to_vec(), 400, "head-unreadable"),
        (get("/healthz HTTP/1.1\r\nHost: h\r\n folded: 1"), 400, "head-unreadable"),
        (get("/healthz HTTP/1.1\r\nHost: h\r\nX: \0"), 400, "head-unreadable"),
        (get("/healthz HTTP/1.1\r\nHost: h\r\nContent-Length: -1"), 400, "head-unreadable"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), 400, "head-unreadable"),
        (get(&format!("/healthz HTTP/1.1\r\nHost: h\r\nX: {large}")), 431, "head-too-large"),
        (get(&format!("/{large} HTTP/1.1\r\nHost: h")), 431, "head-too-large"),
        (
            get(&format!("/healthz HTTP/1.1\r\nHost: h\r\n{}", "A: b\r\n".repeat(101))),
            431,
            "head-too-large",
        ),
    ] {
        let answer = raw(house.address, &bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let answer = parse(&answer).unwrap_or_else(|| panic!("no answer to {shown}"));
        assert_eq!(answer.problem(status), code, "{shown}");
        assert_eq!(answer.header("connection"), Some("close"));
    }
}

#[test]
fn who_writes_all_before_they_read_hears_why_not() {
    let house = House::open();
    let body = vec![b' '; 9 << 20];
    for (key, path, status, code) in [
        ("nobody", "/v1/signals", 401, "key-needed"),
        ("key-ingest", "/v1/signals", 413, "body-too-large"),
        ("key-ingest", "/nowhere", 404, "route-missing"),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(house.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).expect("whoever does not want it still hears it out");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the answer is not taken away");
        assert_eq!(parse(&answer).unwrap().problem(status), code);
    }
}

#[test]
fn h5_who_takes_no_answer_is_given_up() {
    let house = House::with(Force::Nothing, |config| {
        config.timeouts.body = Duration::from_millis(200);
    });
    let mut stream = TcpStream::connect(house.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    let question = "GET /openapi.json HTTP/1.1\r\nHost: h\r\n\r\n".repeat(64);
    // It goes on asking and never reads, until nobody listens any more.
    house.until("the end of the connection", |_| stream.write_all(question.as_bytes()).err());
    house.until("its room back", |house| {
        let text = house.get("/metrics").text();
        text.lines().any(|line| line == "baton_connections 1").then_some(())
    });
}

#[test]
fn every_answer_is_dressed() {
    let house = House::open();
    for reply in [house.get("/healthz"), house.get("/nowhere"), house.event("", &view("1", "ada"))]
    {
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("x-frame-options"), Some("DENY"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert!(reply.header("content-security-policy").unwrap().contains("default-src 'none'"));
        assert!(reply.header("server").is_none());
    }
}

#[test]
fn the_description_names_every_route() {
    let house = House::open();
    let described = house.get("/openapi.json").json();
    assert_eq!(described["openapi"], "3.1.0");
    let paths = described["paths"].as_object().unwrap();
    for path in [
        "/v1/signals",
        "/v1/track",
        "/v1/b",
        "/v1/hooks/{source}",
        "/v1/accounts/{id}",
        "/v1/handoffs",
        "/v1/handoffs/{id}/brief",
        "/v1/handoffs/{id}/debrief",
        "/v1/quarantine/{id}/release",
        "/v1/erasures",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    for path in paths.keys() {
        let path = path.replace("{id}", "h-0").replace("{source}", "nobody");
        let reply = call(house.address, "PATCH", &path, &EVENT, b"");
        assert_eq!(reply.problem(405), "method-unfit", "{path}");
    }
}

#[test]
fn figures_are_those_of_what_happened() {
    let house = House::open();
    house.event("", &view("1", "ada"));
    house.event("", &view("1", "ada"));
    house.post("/v1/signals", &EVENT, b"no json");
    let text = house.get("/metrics").text();
    for line in [
        "baton_signals_accepted_total 1",
        "baton_signals_duplicate_total 1",
        "baton_bodies_unreadable_total 1",
        "baton_ready 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line} is not in {text}");
    }
}
