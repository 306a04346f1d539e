// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ENDPOINT_TABLE_H
#define MPTCP_ENDPOINT_TABLE_H

#include "managed-endpoint.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace mptcp
{

/// Why a table refuses a change.
enum class EndpointError : uint8_t
{
    AddressInUse,
    IdInUse,
    IdFixed, //!< an implicit endpoint keeps the identifier that peers know
    TableFull,
    PortWithoutSignal,
    SignalWithFullmesh,
    Unknown, //!< no endpoint has this identifier
};

/// In words, to be put behind "endpoint 10.0.2.1: ".
[[nodiscard]] std::string_view ToString(EndpointError error);

/**
 * The endpoints of one host, as `ip mptcp endpoint` keeps them: which of its addresses connections
 * use, for what, and under which Address ID. The order is that of addition.
 */
class EndpointTable
{
  public:
    static constexpr std::size_t CAPACITY = 8; //!< MPTCP_PM_ADDR_MAX of Linux

    using Outcome = std::variant<ManagedEndpoint, EndpointError>;

    /**
     * Enters an endpoint. An implicit one with the same address gives way and leaves it its
     * identifier.
     * \param endpoint without an identifier (0) it gets the next free one
     */
    Outcome Add(ManagedEndpoint endpoint);
    std::optional<ManagedEndpoint> Remove(AddressId id);
    /// Sets the two flags that can be changed later; `fullmesh` never together with `signal`.
    Outcome Change(AddressId id, bool backup, bool fullmesh);
    void Clear();

    /// The identifier of an address that a subflow uses, which is entered as an implicit endpoint
    /// if it has none; no value when the table is full.
    std::optional<AddressId> IdOf(const IpAddress& address);

    [[nodiscard]] const ManagedEndpoint* Find(AddressId id) const;
    [[nodiscard]] const ManagedEndpoint* Find(const IpAddress& address) const;
    [[nodiscard]] const std::vector<ManagedEndpoint>& Endpoints() const;

  private:
    [[nodiscard]] AddressId FreeId() const;

    std::vector<ManagedEndpoint> m_endpoints;
    AddressId m_nextId{1};
};

} // namespace mptcp

#endif // MPTCP_ENDPOINT_TABLE_H
