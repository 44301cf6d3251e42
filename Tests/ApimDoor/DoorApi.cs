using System.Xml.Linq;

namespace SessionAware.Tests.ApimDoor;

/// <summary>An API.</summary>
/// <param name="Context">Its name and path.</param>
/// <param name="ServiceUrl">Where its requests go unless a policy says otherwise.</param>
/// <param name="KeyHeader">The header of the caller's key.</param>
/// <param name="KeyQuery">The query parameter of the caller's key.</param>
/// <param name="Operations">What it can be asked; the templates all take any path.</param>
/// <param name="Policy">Its policy document.</param>
internal sealed record DoorApi(ContextApi Context, Uri? ServiceUrl, string KeyHeader, string KeyQuery, IReadOnlyList<ContextOperation> Operations, XElement Policy);
