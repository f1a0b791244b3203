//! What lies outside of the app and has no handle of its own: an office, a partner, a database that somebody else runs.
//!
//! Makes no resource: connections add standalone rules to the security groups of the other end.
//!
//! Defaults: listens on no port.

use formwork_synth::{Attr, Cidr, Connect, IntoValue, Listen, Peer, Port, Ports};

/// Addresses outside of the app, as one end of a connection.
///
/// ```
/// # use formwork_constructs::{External, FargateService, Image, Vpc};
/// # use formwork_synth::{App, Stage, cidr, port};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// # let api = shop.add("Api", FargateService::new(&vpc, Image::from_directory("api")).port(port!(8080)));
/// let office = External::cidr("Office", cidr!("192.0.2.0/24"));
/// let partner = External::cidr("Partner", cidr!("198.51.100.7/32")).port(port!(27017));
/// shop.connect(&office, &api);
/// shop.connect(&api, &partner);
/// ```
///
/// See <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>.
#[must_use = "it does nothing until something is connected to it"]
#[derive(Clone, Debug)]
pub struct External {
    peer: Peer,
    ports: Vec<Ports>,
}

impl External {
    /// All addresses of a block. Rules are named after `name`.
    pub fn cidr(name: impl Into<String>, block: Cidr) -> Self {
        Self::of(Peer::cidr(name, block))
    }

    /// All addresses of a managed prefix list, such as `pl-0123456789abcdef0`. Rules are named after `name`.
    pub fn prefix_list(name: impl Into<String>, id: impl IntoValue<String>) -> Self {
        Self::of(Peer::prefix_list(name, id))
    }

    /// All that is in a security group that exists already. Rules are named after `name`.
    pub fn security_group(name: impl Into<String>, id: impl Into<formwork_synth::Str>) -> Self {
        let id: Attr<formwork_cfn::kind::Ec2SecurityGroupId> = Attr::existing(id);
        Self::of(Peer::existing_security_group(name, &id))
    }

    /// Says on which port it listens, so that others can be connected to it; may be given several times. Default: none.
    pub fn port(mut self, port: Port) -> Self {
        self.ports.push(port.into());
        self
    }

    fn of(peer: Peer) -> Self {
        Self { peer, ports: Vec::new() }
    }
}

impl Connect for External {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}

impl Listen for External {
    fn ports(&self) -> Vec<Ports> {
        self.ports.clone()
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, port, testing::findings};

    use super::*;
    use crate::{SecurityGroup, VpcRef, testing::snapshot};

    #[test]
    fn external() {
        snapshot("external", |shop| {
            let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"));
            let api = shop.add("Api", SecurityGroup::new(&vpc, "the API").listed_egress());
            let office = External::cidr("Office", cidr!("192.0.2.0/24"));
            let bastion = External::security_group("Bastion", "sg-0123456789abcdef0");
            let partners = External::prefix_list("Partners", "pl-0123456789abcdef0");
            for from in [office, bastion, partners] {
                shop.connect_on(&from, &api, port!(443));
            }
            let mongo =
                External::cidr("Mongo", cidr!("198.51.100.7/32")).port(port!(27017)).port(port!(27018));
            shop.connect(&api, &mongo);
        });
    }

    #[test]
    fn without_a_port_nothing_connects_to_it() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"));
        let api = shop.add("Api", SecurityGroup::new(&vpc, "the API").listed_egress());
        shop.connect(&api, &External::cidr("Mongo", cidr!("198.51.100.7/32")));
        assert!(findings(app).contains("`Mongo` listens on no port"));
    }

    #[test]
    fn the_whole_internet_comes_in_through_a_load_balancer_only() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"));
        let api = shop.add("Api", SecurityGroup::new(&vpc, "the API"));
        shop.connect_on(&External::cidr("World", cidr!("0.0.0.0/0")), &api, port!(443));
        assert!(findings(app).contains("FW3590"));
    }
}
