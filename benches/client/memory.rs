//! What a snapshot of a large organisation weighs.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jumpcloud_client::Client;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::transport::{
    Request, Response, TokenRequest, Transport, TransportError, TransportErrorKind,
};

use crate::process::Used;
use crate::world::{ORGANIZATION, id, system};

const DEVICES: usize = 100_000;
const USERS: usize = 100_000;
const GROUPS: usize = 100;
const MEMBERS: usize = 2_500;

/// Software rows of one device.
const A_DEVICE: usize = 100;

/// Prints the table.
pub fn table(software: usize) {
    println!("| part of the snapshot | records | memory | bytes a record | peak while reading |");
    println!("|---|--:|--:|--:|--:|");
    let rows = software.to_string();
    let empty = Used::of_child(&["hold", "nothing", &rows]);
    for (part, records) in [
        ("devices", DEVICES),
        ("users", USERS),
        ("memberships", GROUPS * MEMBERS),
        ("programs", software / 2),
        ("apps", software / 2),
        ("all of them", DEVICES + USERS + GROUPS * MEMBERS + software),
    ] {
        let used = Used::of_child(&["hold", part, &rows]);
        let bytes = used.now_kb.saturating_sub(empty.now_kb) * 1024;
        println!(
            "| {part} | {records} | {} MB | {} | {} MB |",
            bytes / 1024 / 1024,
            bytes / u64::try_from(records.max(1)).expect("a number"),
            used.peak_kb / 1024,
        );
    }
}

/// Reads one part, through the client, and says what it weighs.
pub fn hold(part: &str, software: usize) {
    let inputs: &[&str] = match part {
        "devices" => &["SYS"],
        "users" => &["USR"],
        "memberships" => &["UGM"],
        "programs" => &["SI.programs"],
        "apps" => &["SI.apps"],
        "nothing" => &["ADM"],
        _ => &["SYS", "USR", "UGM", "SI.programs", "SI.apps"],
    };
    let client = Client::builder()
        .api_key("1234567890123456789012345678901234567890")
        .organization(ORGANIZATION)
        .rate_limit(10_000, 10_000)
        .max_in_flight(4)
        .transport(Rows { software })
        .build()
        .expect("the client is configured");
    let plan = Plan::exactly(inputs.iter().copied()).expect("known inputs");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let snapshot = runtime.block_on(client.collect(plan).run(&mut |_| {}));
    let snapshot = snapshot.expect("the organisation is there");
    for input in snapshot.inputs() {
        assert!(input.coverage.state.is_complete(), "{} is complete", input.input);
    }
    Used::now().say();
}

/// A service without a network: writes each page when it is asked for.
#[derive(Debug)]
struct Rows {
    software: usize,
}

#[async_trait]
impl Transport for Rows {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let url = request.url();
        let number = |name: &str| {
            let pair = url.query_pairs().find(|(key, _)| key == name);
            pair.map_or(0, |(_, value)| crate::number(&value))
        };
        let path = url.path().trim_start_matches("/api");
        let (total, row): (usize, fn(usize) -> String) = match path {
            "/systems" => (DEVICES, system),
            "/systemusers" => (USERS, crate::world::user),
            "/v2/usergroups" => (GROUPS, group),
            "/v2/systeminsights/programs" => (self.software / 2, program),
            "/v2/systeminsights/apps" => (self.software / 2, app),
            path if path.ends_with("/membership") => (MEMBERS, member),
            _ => (0, group),
        };
        let from = number("skip").min(total);
        let to = (from + number("limit")).min(total);
        let rows = (from..to).map(row).collect::<Vec<_>>().join(",");
        let body = if path.starts_with("/v2/") {
            format!("[{rows}]")
        } else {
            format!("{{\"totalCount\":{total},\"results\":[{rows}]}}")
        };
        let mut headers = HeaderMap::new();
        headers.insert("x-total-count", total.into());
        Ok(Response::new(StatusCode::OK, headers, Bytes::from(body)))
    }

    async fn exchange(&self, _: TokenRequest) -> Result<Response, TransportError> {
        Err(TransportErrorKind::Other.into())
    }
}

fn group(at: usize) -> String {
    format!(r#"{{"id":"{}","name":"Group {at}","type":"user_group"}}"#, id("c", at))
}

fn member(at: usize) -> String {
    let user = id("b", at * 39);
    format!(
        r#"{{"id":"{user}","type":"user","compiledAttributes":null,"paths":[[{{"attributes":null,"to":{{"attributes":null,"id":"{user}","type":"user"}}}}]]}}"#
    )
}

/// Of 2 000 products in five versions each, installed on one of 1 500 days.
fn program(at: usize) -> String {
    let (device, product) = (id("a", at / A_DEVICE), at * 7_919 % 10_000);
    let (name, version, day) = (product / 5, product % 5, at * 31 % 1_500);
    let time = (at / A_DEVICE) % 86_400;
    format!(
        concat!(
            r#"{{"system_id":"{device}","collection_time":"2026-11-20T{hour:02}:{minute:02}:{second:02}.000Z","#,
            r#""identifying_number":"{{00000000-0000-4000-8000-{product:012}}}","install_date":"{day}","#,
            r#""install_location":"C:\\Program Files\\Example Vendor {name}\\Product","#,
            r#""install_source":"C:\\ProgramData\\Package Cache\\{name}\\","language":"1033","#,
            r#""name":"Example Product {name}","publisher":"Example Vendor {name}, Inc.","#,
            r#""uninstall_string":"MsiExec.exe /I{{00000000-0000-4000-8000-{product:012}}}","#,
            r#""version":"12.{name}.{version}"}}"#
        ),
        device = device,
        hour = time / 3600,
        minute = time / 60 % 60,
        second = time % 60,
        product = product,
        name = name,
        version = version,
        day = 20_220_000 + day,
    )
}

/// Of 2 000 products in five versions each, opened at a time of its own.
fn app(at: usize) -> String {
    let (device, product) = (id("a", at / A_DEVICE), at * 7_919 % 10_000);
    let (name, version) = (product / 5, product % 5);
    let time = (at / A_DEVICE) % 86_400;
    format!(
        concat!(
            r#"{{"system_id":"{device}","collection_time":"2026-11-20T{hour:02}:{minute:02}:{second:02}.000Z","#,
            r#""applescript_enabled":"1","bundle_executable":"Product {name}","#,
            r#""bundle_identifier":"com.example.vendor.product{name}","bundle_name":"Product {name}","#,
            r#""bundle_package_type":"APPL","bundle_short_version":"12.{name}.{version}","#,
            r#""bundle_version":"12.{name}.{version}.1","category":"public.app-category.productivity","#,
            r#""compiler":"com.apple.compilers.llvm.clang.1_0","copyright":"Copyright Example Vendor {name}","#,
            r#""development_region":"English","display_name":"Product {name}","element":"0","environment":"","#,
            r#""info_string":"","last_opened_time":{opened}.5,"minimum_system_version":"11.0","#,
            r#""name":"Product {name}.app","path":"/Applications/Product {name}.app"}}"#
        ),
        device = device,
        hour = time / 3600,
        minute = time / 60 % 60,
        second = time % 60,
        name = name,
        version = version,
        opened = 1_760_000_000 + at,
    )
}
