use super::svg;

#[test]
fn a_code_has_its_finders_and_no_more_than_it_can_hold() {
    let drawn = svg("otpauth://totp/Baton:ann", "a code").expect("it fits").into_string();
    // The upper left module of the first finder, after the quiet zone, and the light one within it.
    assert!(drawn.contains("M4 4h1v1h-1z") && !drawn.contains("M5 5h1v1h-1z"), "{drawn}");
    assert!(drawn.starts_with("<svg class=\"qr\" viewBox=\"0 0 33 33\""), "version 2: {drawn}");
    assert!(svg(&"x".repeat(3_000), "a code").is_none());
    assert!(!svg("text", "<b>").expect("it fits").into_string().contains("<b>"));
}
