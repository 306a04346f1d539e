// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DISTURBED_PATH_H
#define MPTCP_DISTURBED_PATH_H

#include "ns3/error-model.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/random-variable-stream.h"

namespace ns3
{

/// What happens to the packets of one direction of a link; shares of them, 0 to 1.
struct Disturbance
{
    double lost{0};
    double repeated{0}; //!< arrive a second time, later
    double late{0};     //!< arrive later than they should, so behind others
    Time latest;        //!< bound of "later"
};

/**
 * Loses, repeats and reorders what a point-to-point device receives.
 *
 * An ErrorModel can only say that a packet is to be dropped. To be late is to be dropped and handed
 * to the device again after a while, this time to pass.
 */
class DisturbedPath : public ErrorModel
{
  public:
    static TypeId GetTypeId();

    /// Takes the place of the device's error model.
    static Ptr<DisturbedPath> Install(Ptr<PointToPointNetDevice> device,
                                      const Disturbance& disturbance,
                                      int64_t stream);

    /// Loses everything from now on, or again only what the disturbance says.
    void SetCut(bool isCut);

  private:
    bool DoCorrupt(Ptr<Packet> packet) override;
    void DoReset() override;
    void ReceiveLater(Ptr<Packet> packet);
    void ReceiveNow(Ptr<Packet> packet);

    PointToPointNetDevice* m_device{nullptr}; //!< owns this
    Disturbance m_disturbance;
    Ptr<UniformRandomVariable> m_random;
    bool m_isCut{false};
    bool m_isPassing{false}; //!< what the device receives now has been late
};

} // namespace ns3

#endif // MPTCP_DISTURBED_PATH_H
