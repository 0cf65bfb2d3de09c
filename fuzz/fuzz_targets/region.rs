//! Regions and base URLs: what is accepted is what it says, for us and for the URL library.
#![no_main]

use jumpcloud_client::{Family, Hosts, Region};
use libfuzzer_sys::fuzz_target;
use url::{Host, Url};

fn check(hosts: &Hosts) {
    for base in hosts.all() {
        let url = Url::parse(base).expect("a base is a URL");
        let loopback = match url.host().expect("with a host") {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        assert!(url.scheme() == "https" || url.scheme() == "http" && loopback, "in clear");
        assert!(url.username().is_empty() && url.password().is_none());
        assert!(url.query().is_none() && url.fragment().is_none() && !base.ends_with('/'));
        let port = url.port_or_known_default().expect("a port");
        let named = url.port().is_some() || matches!(port, 80 | 443);
        assert!(named, "nothing is lost on the way");
    }
}

fuzz_target!(|text: &str| {
    if let Ok(region) = text.parse::<Region>() {
        assert_eq!(region.to_string(), text.trim().to_ascii_lowercase());
        check(&region.hosts());
    }
    if let Ok(hosts) = Hosts::from_base(text) {
        check(&hosts);
        assert_eq!(Hosts::from_base(hosts.base(Family::V1)).as_ref(), Ok(&hosts), "and again");
    }
    for family in [Family::V1, Family::V2, Family::Events] {
        if let Ok(hosts) = Region::Us.hosts().replace(family, text) {
            check(&hosts);
        }
    }
    if let Ok(hosts) = Region::Us.hosts().replace_token(text) {
        check(&hosts);
    }
});
