import { On } from "../account/time.tsx";
import { Choice, type Part, Topic } from "./person-part.tsx";

export const SignInSection = (part: Part) => {
  const { person, viewing, at } = part;
  const locked = person.blockedUntilMs !== null && person.blockedUntilMs > viewing.nowMs;
  return (
    <Topic id="sign-in" title="Signing in" text="Nobody but the person ever sees the password.">
      {person.hasPassword ? <ResetLink {...part} /> : <Invitation {...part} />}
      {locked ? (
        <Choice
          action={at("unlock")}
          button="Unlock"
          text={
            <>
              Too many wrong tries: locked until <On ms={person.blockedUntilMs!} />.
            </>
          }
        />
      ) : null}
      {person.hasAuthenticator ? (
        <Choice
          action={at("authenticator")}
          button="Reset authenticator"
          danger
          text="For a lost phone. Ends all sessions; the next sign-in sets up a new one."
        />
      ) : null}
    </Topic>
  );
};

const Invitation = ({ at, invitationEndMs }: Part) => (
  <>
    <Choice
      action={at("invitation")}
      button="New invitation"
      text={
        invitationEndMs === null ? (
          "There is no open invitation."
        ) : (
          <>
            Invited until <On ms={invitationEndMs} />. A new invitation replaces the old one.
          </>
        )
      }
    />
    {invitationEndMs === null ? null : (
      <Choice
        action={at("invitation/withdraw")}
        button="Withdraw invitation"
        text="The address that was handed over opens nothing then."
      />
    )}
  </>
);

const ResetLink = ({ at, resetLinkEndMs }: Part) => (
  <>
    <Choice
      action={at("reset-link")}
      button="Issue reset link"
      text={
        resetLinkEndMs === null ? (
          "A one-time address, good for an hour, where the person chooses a new password."
        ) : (
          <>
            A reset link is open until <On ms={resetLinkEndMs} />. A new one replaces it.
          </>
        )
      }
    />
    {resetLinkEndMs === null ? null : (
      <Choice
        action={at("reset-link/withdraw")}
        button="Withdraw reset link"
        text="The address that was handed over opens nothing then."
      />
    )}
  </>
);
