//! Bodies of successes that say failure, and results that only look like it.

use super::*;
use crate::json::FromJson;

#[derive(Clone, Default, PartialEq)]
struct Order {
    id: Option<String>,
    items: Vec<String>,
}

crate::object! { read Order { id: "id", items: "items" } }

#[derive(Clone, Default, PartialEq)]
struct Report {
    status: Option<String>,
    errors: Vec<String>,
    message: Option<String>,
    success: Option<bool>,
    code: Option<String>,
    error: Option<String>,
    id: Option<String>,
}

crate::object! {
    read Report {
        status: "status",
        errors: "errors",
        message: "message",
        success: "success",
        code: "code",
        error: "error",
        id: "id",
    }
}

#[derive(Clone, Default, PartialEq)]
struct Currency {
    code: Option<String>,
    name: Option<String>,
    status: Option<String>,
}

crate::object! { read Currency { code: "code", name: "name", status: "status" } }

#[derive(Clone, Default, PartialEq)]
struct Wrapped {
    success: Option<bool>,
    error: Option<String>,
    data: Option<Currency>,
    title: Option<String>,
}

crate::object! { read Wrapped { success: "success", error: "error", data: "data", title: "title" } }

#[track_caller]
fn assert_says<T: FromJson>(expected: bool, bodies: &[&str]) {
    for body in bodies {
        assert_eq!(says_failure(body.as_bytes(), T::declares), expected, "{body}");
    }
}

#[test]
fn fields_beyond_the_type_may_say_failure() {
    let bodies = [
        r#"{"errors":["[a] b"]}"#,
        r#"{"errors":[{"code":"X"}],"data":null}"#,
        r#"{"errors":{"name":["must not be blank"]}}"#,
        r#"{"success":false}"#,
        r#"{"success":false,"message":"no","trace":"t"}"#,
        r#"{"Success":"false"}"#,
        r#"{"ok":false,"id":null}"#,
        r#"{"status":"error","message":"no"}"#,
        r#"{"status":"FAILED","items":[]}"#,
        r#"{"status":400,"title":"Bad Request","type":"about:blank","detail":"no"}"#,
        r#"{"statusCode":401,"message":"Unauthorized"}"#,
        r#"{"error":"text"}"#,
        r#"{"error":["text"]}"#,
        r#"{"errorCode":"E1"}"#,
        r#"{"error_code":17,"error_message":"no"}"#,
        r#"{"fault":{"faultstring":"Invalid key"}}"#,
        r#"{"hasErrors":true}"#,
        r#"{"message":"Forbidden"}"#,
        r#"{"Message":"Forbidden","requestId":"r"}"#,
        r#"{"detail":"Not found."}"#,
        r#"{"code":"BAD_REQUEST"}"#,
        r#"{"code":"TRANSACTION_FAILED","x":1}"#,
        r#"{"code":"X","message":"no","order":{"id":"a"}}"#,
        r#"{"message":"Forbidden","orderId":"a"}"#,
        r#"{"error":"declined","x":[1]}"#,
    ];
    assert_says::<Order>(true, &bodies);
    assert_says::<Option<Box<Order>>>(true, &bodies);
    assert_says::<Vec<Order>>(true, &bodies);
}

#[test]
fn stack_trace_beside_an_error_is_no_result() {
    let trace = "at io.meld.Payments.charge(Payments.java:17)\\n".repeat(4000);
    let body = format!(r#"{{"timestamp":"t","status":500,"error":"Internal Server Error","trace":"{trace}"}}"#);
    assert_says::<Order>(true, &[&body]);
}

#[test]
fn results_are_no_failures() {
    assert_says::<Order>(
        false,
        &[
            "{}",
            "",
            "null",
            r#"{"id":"a","errors":["ignored"],"success":false}"#,
            r#"{"items":["a"],"message":"one"}"#,
            r#"{"items":[],"message":"nothing found"}"#,
            r#"{"success":true,"message":"created","orderId":"a"}"#,
            r#"{"success":true,"message":"created"}"#,
            r#"{"code":200,"message":"ok"}"#,
            r#"{"status":"ok","message":"created"}"#,
            r#"{"status":"ok","errors":[]}"#,
            r#"{"errorCode":0}"#,
            r#"{"errorCode":"00"}"#,
            r#"{"error":false,"hasErrors":false,"fault":null}"#,
            r#"{"x":1,"id":"a","code":"X"}"#,
            r#"{"orderId":"a","type":"CHARGE"}"#,
            r#"["error"]"#,
            r#"{"errors":["a"]"#,
        ],
    );
}

#[test]
fn own_fields_of_the_type_are_results() {
    assert_says::<Report>(
        false,
        &[
            r#"{"status":"FAILED"}"#,
            r#"{"status":"error","message":"declined","fault":"insufficient funds"}"#,
            r#"{"errors":["row 7 was skipped"]}"#,
            r#"{"message":"created"}"#,
            r#"{"success":false,"message":"declined","detail":"again"}"#,
            r#"{"id":"a","error":"X"}"#,
        ],
    );
    // As in Meld's envelope: nothing else is there.
    assert_says::<Report>(
        true,
        &[r#"{"error":"NO_VALID_QUOTES","message":"none"}"#, r#"{"code":"X","status":"FAILED"}"#],
    );
    assert_says::<Report>(true, &[r#"{"timestamp":"t","status":400,"fault":"Bad Request","path":"/x"}"#]);
    assert_says::<Wrapped>(
        false,
        &[r#"{"success":false,"error":"declined","data":null}"#, r#"{"title":"A report","errors":["one"]}"#],
    );
    assert_says::<Wrapped>(true, &[r#"{"data":null,"error":"declined"}"#]);
    assert_says::<Currency>(false, &[r#"{"code":"USD"}"#, r#"{"code":"USD","status":"ACTIVE","name":null}"#]);
}

#[test]
fn any_json_says_failure_as_meld_does() {
    for (body, expected) in [
        (r#"{"quotes":null,"message":"none","error":"NO_VALID_QUOTES","timestamp":"t"}"#, true),
        (r#"{"quotes":[],"error":"X"}"#, true),
        (r#"{"code":"BAD_REQUEST","message":"no"}"#, true),
        (r#"{"code":"BAD_REQUEST"}"#, true),
        (r#"{"code":"X","error":null,"errors":["[a] b"],"requestId":"r","timestamp":"t"}"#, true),
        (r#"{"timestamp":"t","status":400,"error":"Bad Request","path":"/x"}"#, true),
        (r#"{"errors":[{"a":1}],"code":"X"}"#, true),
        (r#"{"errors":["a"],"code":"X","quotes":{}}"#, true),
        (r#"{"error":{"code":"X","message":"no"}}"#, true),
        (r#"{"error":true,"message":"no"}"#, true),
        (r#"{"code":400,"message":"no"}"#, true),
        (r#"{"code":200,"message":"ok"}"#, false),
        (r#"{"error":{},"quotes":[]}"#, false),
        (r#"{"quotes":[{}],"error":"X"}"#, false),
        (r#"{"names":["a"],"code":"X"}"#, false),
        (r#"{"quotes":[],"error":null}"#, false),
        (r#"{"quotes":[],"error":""}"#, false),
        (r#"{"error":false}"#, false),
        (r#"{"code":0,"message":"ok"}"#, false),
        (r#"{"id":"a","error":"X"}"#, false),
        (r#"{"id":"a","code":"X"}"#, false),
        (r#"{"quotes":[]}"#, false),
        (r#"{"requestId":"r"}"#, false),
        (r#"{"message":"m","errors":["e"]}"#, false),
        (r#"{"success":false}"#, false),
        (r#"["error"]"#, false),
        (r#"{"error""#, false),
    ] {
        assert_eq!(says_failure(body.as_bytes(), Value::declares), expected, "{body}");
    }
}

#[test]
fn operations_without_content_may_fail_too() {
    for (body, expected) in [
        (r#"{"success":false,"message":"not found"}"#, true),
        (r#"{"errors":["a"]}"#, true),
        (r#"{"code":"X"}"#, true),
        (r#"{"message":"deleted"}"#, false),
        (r#"{"id":"a","error":"X"}"#, false),
        ("deleted", false),
        ("", false),
    ] {
        assert_eq!(says_failure(body.as_bytes(), any_result), expected, "{body}");
    }
}
