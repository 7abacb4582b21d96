//! A server with a certificate of its own, and one behind a proxy that has it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use baton::config::tls::{Tls, TlsFiles};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

use crate::house::{Force, House, PATIENCE, Reply, parse};
use crate::sign_in::{Browser, visitors};
use crate::tls::Authority;

const NAMES: &str = "DNS:localhost,IP:127.0.0.1";

/// Makes an authority whose key nobody else may read.
fn authority() -> Option<Authority> {
    let authority = Authority::new(NAMES)?;
    private(&authority.path("own.key"), 0o600);
    Some(authority)
}

fn private(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn files(authority: &Authority) -> TlsFiles {
    TlsFiles { certificate: authority.path("own.pem"), key: authority.path("own.key") }
}

/// A demo that has an authority's certificate, and looks often whether it was renewed.
fn house(authority: &Authority) -> House {
    House::with(Force::Strategy, |config| {
        config.demo = Some(visitors());
        config.tls = Some(Tls::read(&files(authority)).unwrap());
        config.timeouts.certificate = Duration::from_millis(20);
    })
}

/// Asks over TLS, believing an authority; nothing where the certificate is another's.
fn ask(house: &House, authority: &Authority, request: &str) -> Option<Reply> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority.path("ca.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut socket = TcpStream::connect(house.address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut stream = Stream::new(&mut connection, &mut socket);
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    // It says goodbye, or the connection just ends.
    let _ = stream.read_to_end(&mut answer);
    parse(&answer)
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn somebody_signs_in_over_tls_and_the_cookie_goes_nowhere_else() {
    let Some(authority) = authority() else { return };
    let house = house(&authority);
    let post = "POST /sign-in/as/rep HTTP/1.1\r\nHost: baton.example.com\r\nConnection: close\r\n\
                Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 0\r\n\r\n";
    let reply = ask(&house, &authority, post).unwrap();
    assert_eq!(reply.status, 303, "{}", reply.text());
    let cookie = reply.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-baton-session=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().unwrap();
    let me = format!(
        "GET /me HTTP/1.1\r\nHost: baton.example.com\r\nConnection: close\r\nCookie: {pair}\r\n\r\n"
    );
    assert_eq!(ask(&house, &authority, &me).unwrap().status, 200);
    let mut plain = TcpStream::connect(house.address).unwrap();
    plain.set_read_timeout(Some(PATIENCE)).unwrap();
    plain.write_all(HEALTH.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "nothing is said in clear");
}

#[test]
fn a_renewed_certificate_is_shown_and_an_unfit_one_changes_nothing() {
    let (Some(first), Some(second)) = (authority(), authority()) else { return };
    let house = house(&first);
    assert_eq!(ask(&house, &first, HEALTH).unwrap().status, 200);
    assert!(ask(&house, &second, HEALTH).is_none(), "it is not the other's");
    // The certificate comes before its key: until both are there, the old pair goes on.
    let copy = |name| fs::copy(second.path(name), first.path(name)).unwrap();
    copy("own.pem");
    let old = first.path("ca.pem");
    assert!(Tls::read(&files(&first)).is_err(), "they do not belong together");
    assert_eq!(ask(&house, &first, HEALTH).unwrap().status, 200, "{old:?}");
    copy("own.key");
    house.until("the new certificate", |house| ask(house, &second, HEALTH));
    assert!(ask(&house, &first, HEALTH).is_none(), "the old one is gone");
}

#[test]
fn certificates_that_cannot_be_used_are_refused_with_what_to_do() {
    let (Some(first), Some(second)) = (authority(), authority()) else { return };
    let code = |files: &TlsFiles| Tls::read(files).unwrap_err().code();
    let TlsFiles { certificate, key } = files(&first);
    let other = files(&second);
    private(&certificate, 0o600);
    for files in [
        TlsFiles { certificate: certificate.clone(), key: other.key },
        TlsFiles { certificate: key.clone(), key: key.clone() },
        TlsFiles { certificate: certificate.clone(), key: certificate.clone() },
        TlsFiles { certificate: first.path("none.pem"), key: key.clone() },
    ] {
        assert_eq!(code(&files), "certificate-unfit", "{files:?}");
    }
    private(&key, 0o640);
    assert!(Tls::read(&files(&first)).is_ok(), "its group may read it");
    for mode in [0o644, 0o660] {
        private(&key, mode);
        assert_eq!(code(&files(&first)), "file-open-to-others", "{mode:o}");
    }
    private(&key, 0o600);
    private(&certificate, 0o666);
    assert_eq!(code(&files(&first)), "file-open-to-others", "others could put theirs in");
}

#[test]
fn a_trusted_proxy_lets_people_sign_in_and_a_stranger_who_says_the_same_does_not() {
    let open = |trusted: &[&str]| {
        House::with(Force::Strategy, |config| {
            config.demo = Some(visitors());
            config.public_url = Some("https://baton.example.com".to_owned());
            config.trusted_proxies = trusted.iter().map(|range| range.parse().unwrap()).collect();
        })
    };
    let said = [
        ("Host", "10.1.1.1:8080"),
        ("Origin", "https://baton.example.com"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-For", "198.51.100.7"),
    ];
    let house = open(&["127.0.0.1"]);
    let mut browser = Browser::of(&house);
    let reply = browser.send("POST", "/sign-in/as/rep", &said, "");
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert!(reply.header("set-cookie").unwrap().ends_with("; Secure"));
    assert_eq!(browser.send("GET", "/me", &said, "").status, 200);
    let metrics = |house: &House, said: &[(&str, &str)]| {
        crate::house::call(house.address, "GET", "/metrics", said, b"").status
    };
    assert_eq!((metrics(&house, &[]), metrics(&house, &said[2..])), (200, 401));
    let [ours, theirs] = [said, [said[0], ("Origin", "https://evil.example"), said[2], said[3]]];
    assert_eq!(browser.send("POST", "/sign-in/as/rep", &theirs, "").problem(403), "form-foreign");
    for trusted in [&[][..], &["10.0.0.0/8"]] {
        let house = open(trusted);
        let reply = Browser::of(&house).send("POST", "/sign-in/as/rep", &ours, "");
        assert_eq!(reply.problem(403), "sign-in-plain", "{trusted:?}");
        assert_eq!(metrics(&house, &said[2..]), 401, "a proxy is not the machine itself");
    }
}
