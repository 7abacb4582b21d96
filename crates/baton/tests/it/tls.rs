//! Destinations over TLS: an authority of one's own is trusted where it is configured, and only for the
//! host that it vouches for.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use connectors::destinations::file::LinesOfFile;
use connectors::destinations::webhook::Webhook;
use reqwest::Certificate;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use tempfile::TempDir;

use crate::cli::program::Place;
use crate::house::{Force, House};

/// An authority and a server's certificate by it, made out to this machine.
pub(crate) struct Authority(TempDir);

impl Authority {
    /// Makes one; none where there is nothing to make it with.
    pub(crate) fn new(names: &str) -> Option<Self> {
        let authority = Self(tempfile::tempdir().unwrap());
        let own = ["-subj", "/CN=An authority of ours", "-keyout", "ca.key", "-out", "ca.pem"];
        let new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"];
        authority.openssl(&[&new[..], &own[..]].concat())?;
        let names = format!("subjectAltName={names}");
        let own = ["-subj", "/CN=A receiver", "-keyout", "own.key", "-out", "own.pem"];
        let by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=CA:FALSE"];
        authority.openssl(&[&new[..], &own[..], &by[..], &["-addext", &names][..]].concat())?;
        Some(authority)
    }

    fn openssl(&self, arguments: &[&str]) -> Option<()> {
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(self.0.path()).stdout(Stdio::null());
        command.stderr(Stdio::null()).status().ok()?.success().then_some(())
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// What a server has that is made out to this machine.
    pub(crate) fn server(&self) -> ServerConfig {
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_file_iter(self.path("own.pem")).unwrap().collect();
        let key = PrivateKeyDer::from_pem_file(self.path("own.key")).unwrap();
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain.unwrap(), key)
            .unwrap()
    }

    fn certificates(&self) -> Vec<Certificate> {
        Certificate::from_pem_bundle(&std::fs::read(self.path("ca.pem")).unwrap()).unwrap()
    }
}

/// A receiver that speaks TLS and counts whole requests.
struct Receiver {
    address: SocketAddr,
    heard: Arc<AtomicUsize>,
    tried: Arc<AtomicUsize>,
}

impl Receiver {
    fn open(authority: &Authority) -> Self {
        let config = authority.server();
        let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            heard: Arc::default(),
            tried: Arc::default(),
        };
        let (heard, tried) = (Arc::clone(&receiver.heard), Arc::clone(&receiver.tried));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                tried.fetch_add(1, Ordering::SeqCst);
                if answer(&config, stream).is_some() {
                    heard.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        receiver
    }

    fn open_house(&self, outside: &Path, trusted: Vec<Certificate>) -> House {
        House::with(Force::Strategy, |config| {
            let endpoint = format!("https://127.0.0.1:{}/hook", self.address.port());
            let crm = Arc::new(Webhook { endpoint, secret: None });
            config.destinations.insert("crm".to_owned(), crm);
            let path = outside.join("archive.jsonl");
            config.destinations.insert("archive".to_owned(), Arc::new(LinesOfFile { path }));
            config.authorities = trusted;
        })
    }
}

/// Hears a request out and says 200; none where the other side does not go on.
fn answer(config: &Arc<ServerConfig>, mut stream: TcpStream) -> Option<()> {
    let mut connection = ServerConnection::new(Arc::clone(config)).ok()?;
    let mut line = Stream::new(&mut connection, &mut stream);
    let (mut heard, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let read = line.read(&mut part).ok().filter(|read| *read > 0)?;
        heard.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&heard).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
        if body.len() >= length.trim().parse().ok()? {
            break;
        }
    }
    line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()
}

#[test]
fn an_authority_of_ones_own_is_trusted_where_it_is_configured() {
    let Some(authority) = Authority::new("IP:127.0.0.1") else {
        crate::skipped_test::skipped("openssl is not installed, or too old to make a certificate");
        return;
    };
    let outside = tempfile::tempdir().unwrap();
    let receiver = Receiver::open(&authority);
    let house = receiver.open_house(outside.path(), authority.certificates());
    let handoff = house.handoff("ada");
    house.until("the delivery", |house| {
        (house.first_delivery(&handoff).0 == "delivered").then_some(())
    });
    assert_eq!(receiver.heard.load(Ordering::SeqCst), 1);
}

#[test]
fn a_stranger_s_certificate_and_one_of_another_host_hear_nothing() {
    let (Some(ours), Some(other)) =
        (Authority::new("IP:127.0.0.1"), Authority::new("DNS:crm.example"))
    else {
        crate::skipped_test::skipped("openssl is not installed, or too old to make a certificate");
        return;
    };
    let outside = tempfile::tempdir().unwrap();
    for (signed, trusted) in
        [(&ours, Vec::new()), (&ours, other.certificates()), (&other, other.certificates())]
    {
        let receiver = Receiver::open(signed);
        let house = receiver.open_house(outside.path(), trusted);
        let handoff = house.handoff("ada");
        house.until("an attempt", |house| {
            (receiver.tried.load(Ordering::SeqCst) > 0
                && house.first_delivery(&handoff).1.is_some())
            .then_some(())
        });
        assert_eq!(house.first_delivery(&handoff).1.as_deref(), Some("destination-unreachable"));
        assert_eq!(receiver.heard.load(Ordering::SeqCst), 0, "nothing was said to it");
    }
}

#[test]
fn a_file_without_certificates_is_refused() {
    let place = Place::new();
    place.write("baton.toml", "[network]\nca_file = \"ca.pem\"\n");
    let serve = ["serve", "--config", "baton.toml", "--listen", "127.0.0.1:0"];
    place.run(&serve).failed(2, "authorities-unread");
    for text in
        ["", "no certificate", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
    {
        place.write("ca.pem", text);
        place.run(&serve).failed(2, "authorities-unread");
    }
}
