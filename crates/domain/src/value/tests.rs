use rust_decimal::Decimal;

use crate::{ByName, Moment, Money, Value};

/// A value, how it is stored, and how it once was.
#[track_caller]
fn check(value: &Value, stored: &[u8], once: &[u8]) {
    assert_eq!(minicbor::to_vec(value).expect("bytes"), stored);
    for bytes in [stored, once] {
        let read = minicbor::decode::<Value>(bytes).expect("a value");
        assert_eq!(&read, value, "{bytes:02x?}");
    }
}

#[test]
fn found_a21_usual_values_are_stored_as_they_are() {
    check(&"hi".into(), b"\x62hi", b"\x82\x00\x81\x62hi");
    check(&7.into(), &[7], &[0x82, 1, 0x81, 7]);
    check(&(-7).into(), &[0x26], &[0x82, 1, 0x81, 0x26]);
    check(&true.into(), &[0xf5], &[0x82, 3, 0x81, 0xf5]);
}

#[test]
fn other_values_stand_behind_their_number() {
    let half = b"\x82\x02\x81\x63" as &[u8];
    let half = [half, b"0.5"].concat();
    check(&Value::Decimal(Decimal::new(50, 2)), &half, &half);
    check(&Value::Moment(Moment(7)), &[0x82, 4, 0x81, 7], &[0x82, 4, 0x81, 7]);
    let money = Money { amount: Decimal::from(3), currency: "EUR".to_owned() };
    let stored = [b"\x82\x05\x81\x82\x613\x63".as_slice(), b"EUR"].concat();
    check(&Value::Money(money), &stored, &stored);
    let (list, once) =
        ([0x82, 6, 0x81, 0x82, 1, 0xf4], [0x82, 6, 0x81, 0x82, 1, 0x82, 3, 0x81, 0xf4]);
    check(&Value::List(vec![1.into(), false.into()]), &list, &once);
    let record = Value::Record(
        ByName::from([("path", "/")]).into_iter().map(|(name, text)| (name, text.into())).collect(),
    );
    let once = [b"\x82\x07\x81\xa1\x64path\x82\x00\x81\x61".as_slice(), b"/"].concat();
    check(&record, &[0x82, 7, 0x81, 0xa1, 0, 0x61, b'/'], &once);
}

#[test]
fn what_is_no_value_is_refused() {
    let misfits: [&[u8]; 8] = [
        &[0xf6],
        &[0xa0],
        &[0x41, 0],
        &[0x82, 8, 0x81, 0],
        &[0x82, 1, 0x82, 1, 2],
        &[0x81, 1],
        &[0x9f, 1, 0xff],
        &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];
    for misfit in misfits {
        assert!(minicbor::decode::<Value>(misfit).is_err(), "{misfit:02x?}");
    }
}
