//! Lines, once each.

use std::fs;
use std::path::Path;

use connectors::talk::FileCall;
use domain::DeliveryId;

use super::Files;

/// A body that tells of a delivery.
fn body(delivery: DeliveryId) -> Vec<u8> {
    format!("{{\"delivery\":\"{delivery}\",\"step\":\"archive\",\"data\":{{}}}}").into_bytes()
}

fn call(path: &Path, delivery: DeliveryId, again: bool) -> FileCall {
    let unless = again.then_some(delivery);
    FileCall { path: path.to_owned(), body: body(delivery), unless }
}

#[test]
fn a_delivery_that_is_tried_again_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.jsonl");
    let files = Files::default();
    for name in [b"one".as_slice(), b"two"] {
        let delivery = DeliveryId::caused_by(&[name]);
        files.append_now(&call(&path, delivery, false)).unwrap();
        files.append_now(&call(&path, delivery, true)).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
}

#[test]
fn a_torn_line_is_written_again_on_a_line_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.jsonl");
    let delivery = DeliveryId::caused_by(&[b"torn"]);
    let body = body(delivery);
    fs::write(&path, &body[..body.len() / 2]).unwrap();
    Files::default().append_now(&call(&path, delivery, true)).unwrap();
    let text = fs::read(&path).unwrap();
    let whole = text.split(|byte| *byte == b'\n').filter(|line| *line == body).count();
    assert_eq!(whole, 1);
}
