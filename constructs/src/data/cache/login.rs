//! Who may log in to a cache: one user, in a group of users.

use formwork_cfn::elasticache::{self, user as property};
use formwork_synth::{Handle, ResourceOptions, Scope, Text, intrinsic, sub};

use super::{Cache, CacheEngine};
use crate::{Secret, SecretRef, each::each, unique_name::UniqueName};

/// How clients log in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheLogin {
    /// With a token that IAM signs, which lasts for 15 minutes; a connection lasts for 12 hours.
    ///
    /// See <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>.
    Iam,
    /// With a password that is generated, and lies in a secret.
    #[default]
    Password,
}

/// The user of a cache.
pub(super) struct Access {
    /// The name to log in with.
    pub(super) user: Text,
    /// What IAM knows the user by.
    pub(super) user_id: Text,
    /// User and password; nothing where IAM signs tokens.
    pub(super) secret: Option<SecretRef>,
    pub(super) group: elasticache::UserGroupRef,
}

/// The name of a user with a password.
const USER: &str = "app";
/// The most letters in the names of users and their groups.
const LONGEST: usize = 40;

impl Cache {
    /// Adds the user and the group.
    pub(super) fn users(&self, scope: &mut Scope<'_>) -> Access {
        let name = UniqueName::up_to(scope, LONGEST);
        let user_id = name.within("", "");
        let access = self.access.clone().unwrap_or("on ~* &* +@all".into());
        let engine = || match self.engine {
            CacheEngine::RedisOss => property::Engine::Redis,
            CacheEngine::Memcached | CacheEngine::Valkey => property::Engine::Valkey,
        };
        let mode = property::AuthenticationMode::new();
        let (user, secret, mode) = match self.login.unwrap_or_default() {
            // IAM knows users by their ids, and wants the name to be the same.
            CacheLogin::Iam => (user_id.clone(), None, mode.type_(property::AuthenticationModeType::Iam)),
            CacheLogin::Password => {
                let secret = Secret::with_generated("password")
                    .field("username", USER)
                    .length(64)
                    .description(format!("logs in to {}", scope.path()));
                let secret = scope.add("Secret", secret);
                let password = intrinsic::secrets_manager(&secret.arn, "password");
                let mode = mode.type_(property::AuthenticationModeType::Password).passwords([password]);
                (sub!("{}", USER), Some(secret), mode)
            }
        };
        let login = elasticache::User::new()
            .engine(engine())
            .user_id(&user_id)
            .user_name(&user)
            .access_string(access)
            .authentication_mode(mode);
        let login = scope.add("User", login);
        let mut members = vec![user_id.clone()];
        let mut users = vec![login];
        if self.engine == CacheEngine::RedisOss {
            // A group of Redis OSS must say who comes without a name: nobody does.
            let id = UniqueName::up_to(scope, LONGEST - NOBODY.len()).within("", NOBODY);
            let nobody = elasticache::User::new()
                .engine(engine())
                .user_id(&id)
                .user_name("default")
                .access_string("off -@all")
                .authentication_mode(
                    property::AuthenticationMode::new()
                        .type_(property::AuthenticationModeType::NoPasswordRequired),
                );
            users.push(scope.add("Nobody", nobody));
            members.push(id);
        }
        let group = elasticache::UserGroup::new()
            .engine(match self.engine {
                CacheEngine::RedisOss => elasticache::user_group::Engine::Redis,
                CacheEngine::Memcached | CacheEngine::Valkey => elasticache::user_group::Engine::Valkey,
            })
            .user_group_id(name.within("", ""))
            .user_ids(members);
        // A group names its users by their ids, from which CloudFormation does not see that it needs them.
        let group = group.with_options(|options| options.depends_on.extend(each(&users, Handle::id)));
        Access { user, user_id, secret, group: scope.add("UserGroup", group) }
    }
}

/// The end of the id of the user without a name.
const NOBODY: &str = "-nobody";
