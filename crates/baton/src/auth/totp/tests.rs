use domain::{Moment, Span};

use super::{Shown, TotpSecret, code_at, draw_recovery_codes, escaped, judge, use_up};

const NOON: Moment = Moment::from_seconds(1_790_000_000);

#[test]
fn the_vectors_of_rfc_6238_hold() {
    for (seconds, code) in [
        (59, 94_287_082),
        (1_111_111_109, 7_081_804),
        (1_111_111_111, 14_050_471),
        (1_234_567_890, 89_005_924),
        (2_000_000_000, 69_279_037),
        (20_000_000_000_u64, 65_353_130),
    ] {
        assert_eq!(code_at(b"12345678901234567890", seconds / 30, 8), code, "{seconds}");
    }
}

#[test]
fn the_vectors_of_rfc_4226_hold() {
    let wanted = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583];
    for (step, code) in (0_u64..).zip(wanted) {
        assert_eq!(code_at(b"12345678901234567890", step, 6), code, "{step}");
    }
}

fn secret() -> TotpSecret {
    TotpSecret::read("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").expect("a secret")
}

fn code(moment: Moment) -> String {
    let step = moment.0.div_euclid(Span::seconds(30).0).unsigned_abs();
    format!("{:06}", code_at(b"12345678901234567890", step, 6))
}

#[test]
fn a_code_counts_in_its_step_and_the_ones_beside_it_and_once() {
    let step = NOON.0.div_euclid(30_000_000).unsigned_abs();
    let ago = |seconds: i64| Moment(NOON.0 - seconds * 1_000_000);
    for (typed, found) in [
        (code(NOON), Some(step)),
        (code(ago(30)), Some(step - 1)),
        (code(ago(-30)), Some(step + 1)),
        (code(ago(60)), None),
        (code(ago(-60)), None),
        (String::new(), None),
        ("1234567".to_owned(), None),
    ] {
        assert_eq!(secret().step_of(&typed, 0, NOON), found, "{typed}");
    }
    let spaced = format!(" {} {} ", &code(NOON)[..3], &code(NOON)[3..]);
    assert_eq!(secret().step_of(&spaced, 0, NOON), Some(step), "as apps show it");
    let mut kept = secret().kept(0, std::iter::empty());
    let shown = judge(&kept, &code(NOON), NOON).expect("it counts");
    use_up(&mut kept, shown);
    assert_eq!(judge(&kept, &code(NOON), NOON), None, "nobody uses it again");
    assert_eq!(judge(&kept, &code(ago(30)), NOON), None, "nor an earlier one");
    assert_eq!(judge(&kept, &code(ago(-30)), NOON), Some(Shown::Step(step + 1)));
}

#[test]
fn a_recovery_code_counts_once_however_it_is_typed() {
    let codes = draw_recovery_codes().expect("chance");
    let mut kept = secret().kept(0, codes.iter().map(|code| code.as_str()));
    let typed = codes[3].replace('-', " ").to_ascii_uppercase();
    assert!(super::is_recovery_code(&typed) && !super::is_recovery_code("123456"));
    let shown = judge(&kept, &typed, NOON).expect("it counts");
    assert_eq!(shown, Shown::Recovery(3));
    use_up(&mut kept, shown);
    assert_eq!(judge(&kept, &codes[3], NOON), None, "it was used");
    assert!(judge(&kept, &codes[4], NOON).is_some(), "the others are left");
    let distinct: std::collections::BTreeSet<&str> =
        codes.iter().map(|code| code.as_str()).collect();
    assert_eq!(distinct.len(), codes.len());
}

#[test]
fn a_secret_is_written_and_read_again_and_its_address_is_what_apps_read() {
    let drawn = TotpSecret::draw().expect("chance");
    let again = TotpSecret::read(&drawn.reveal()).expect("a secret");
    assert_eq!(again.reveal().as_str(), drawn.reveal().as_str());
    assert_eq!(
        secret().address("ann+x@acme.example").as_str(),
        "otpauth://totp/Baton:ann%2Bx@acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=Baton&algorithm=SHA1&digits=6&period=30"
    );
    for wrong in ["", "GEZDGNBV", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", "🜍"] {
        assert!(TotpSecret::read(wrong).is_none(), "{wrong}");
    }
    assert_eq!(escaped("ä b"), "%C3%A4%20b");
    assert_eq!(format!("{drawn:?}"), "TotpSecret(****)");
}
