import { On } from "../account/time.tsx";
import { useWords } from "../words.tsx";
import { Choice, type Part, Topic } from "./person-part.tsx";

export const SignInSection = (part: Part) => {
  const { signingIn } = useWords().people;
  const { person, viewing, at } = part;
  const locked = person.blockedUntilMs !== null && person.blockedUntilMs > viewing.nowMs;
  return (
    <Topic id="sign-in" title={signingIn.title} text={signingIn.text}>
      {person.hasPassword ? <ResetLink {...part} /> : <Invitation {...part} />}
      {locked ? (
        <Choice
          action={at("unlock")}
          button={signingIn.unlock}
          text={signingIn.lockedUntil(<On ms={person.blockedUntilMs!} />)}
        />
      ) : null}
      {person.hasAuthenticator ? (
        <Choice action={at("authenticator")} button={signingIn.reset} danger text={signingIn.resetText} />
      ) : null}
    </Topic>
  );
};

const Invitation = ({ at, invitationEndMs }: Part) => {
  const { signingIn } = useWords().people;
  return (
    <>
      <Choice
        action={at("invitation")}
        button={signingIn.invite}
        text={invitationEndMs === null ? signingIn.noInvitation : signingIn.invitedUntil(<On ms={invitationEndMs} />)}
      />
      {invitationEndMs === null ? null : (
        <Choice
          action={at("invitation/withdraw")}
          button={signingIn.withdrawInvitation}
          text={signingIn.withdrawText}
        />
      )}
    </>
  );
};

const ResetLink = ({ at, resetLinkEndMs }: Part) => {
  const { signingIn } = useWords().people;
  return (
    <>
      <Choice
        action={at("reset-link")}
        button={signingIn.resetLink}
        text={resetLinkEndMs === null ? signingIn.resetLinkText : signingIn.resetLinkUntil(<On ms={resetLinkEndMs} />)}
      />
      {resetLinkEndMs === null ? null : (
        <Choice action={at("reset-link/withdraw")} button={signingIn.withdrawResetLink} text={signingIn.withdrawText} />
      )}
    </>
  );
};
